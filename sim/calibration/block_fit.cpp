#include "sim/calibration/block_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/calibration/minimum.hpp"
#include "sim/calibration/record.hpp"
#include "sim/calibration/refit.hpp"
#include "sim/chain/retarget.hpp"

namespace aicmp {
namespace {

constexpr double kLeastSinceParentS = 120.0;
constexpr double kSpacingS = 600.0;
constexpr std::size_t kLeastLags = 500;

double laplace_cdf(double x, double scale) {
  return x < 0.0 ? 0.5 * std::exp(x / scale) : 1.0 - 0.5 * std::exp(-x / scale);
}

/// Second integral of the density of a uniform variable on [0, top].
double twice_integrated_uniform(double x, double top) {
  if (x <= 0.0) return 0.0;
  return x < top ? 0.5 * x * x / top : x - 0.5 * top;
}

/// Probability that a lag, in whole seconds, is `lag`: both its ends are rounded down, which
/// spreads it over two seconds by a triangle.
double lag_probability(double lag, const HeaderTimeConfig& config, double delay_s) {
  const double x = lag - delay_s;
  const double age = config.max_job_age_s;
  const double right = twice_integrated_uniform(x + 1.0, age) -
                       2.0 * twice_integrated_uniform(x, age) +
                       twice_integrated_uniform(x - 1.0, age);
  // Smooth over two seconds.
  const double wrong =
      (laplace_cdf(x, config.clock_error_s) - laplace_cdf(x - age, config.clock_error_s)) / age;
  const double p = config.clock_error_probability;
  return (1.0 - p) * right + p * wrong;
}

std::vector<Property> lag_properties(const std::vector<double>& lags) {
  std::vector<double> sorted(lags);
  std::sort(sorted.begin(), sorted.end());
  return {{"1 % quantile of header lags, s,", quantile(sorted, 0.01)},
          {"25 % quantile of header lags, s,", quantile(sorted, 0.25)},
          {"75 % quantile of header lags, s,", quantile(sorted, 0.75)},
          {"99 % quantile of header lags, s,", quantile(sorted, 0.99)}};
}

/// Intervals between headers, each over the mean of its epoch.
struct HeaderIntervals {
  std::vector<double> relative;
  std::size_t negative = 0;
};

HeaderIntervals intervals_of(std::span<const std::int64_t> headers) {
  const auto epoch = static_cast<std::size_t>(kRetargetInterval);
  HeaderIntervals result;
  for (std::size_t first = 0; first + epoch <= headers.size(); first += epoch) {
    const double mean_s = static_cast<double>(headers[first + epoch - 1] - headers[first]) /
                          static_cast<double>(epoch - 1);
    for (std::size_t i = first + 1; i < first + epoch; ++i) {
      const auto interval = static_cast<double>(headers[i] - headers[i - 1]);
      result.relative.push_back(interval / mean_s);
      if (interval < 0.0) ++result.negative;
    }
  }
  return result;
}

std::vector<Property> interval_properties(const std::vector<std::int64_t>& headers) {
  const HeaderIntervals intervals = intervals_of(headers);
  Moments moments;
  std::size_t long_ones = 0;
  std::size_t short_ones = 0;
  for (const double x : intervals.relative) {
    moments.add(x);
    if (x > 6.0) ++long_ones;
    if (x < 0.1) ++short_ones;
  }
  const auto count = static_cast<double>(intervals.relative.size());
  return {{"coefficient of variation of block intervals", moments.standard_deviation()},
          {"autocorrelation of block intervals at lag 1", autocorrelation(intervals.relative, 1)},
          {"part of intervals beyond 6 means", static_cast<double>(long_ones) / count},
          {"part of intervals below a tenth of the mean", static_cast<double>(short_ones) / count},
          {"part of headers earlier than their parent",
           static_cast<double>(intervals.negative) / count}};
}

}  // namespace

std::vector<double> read_header_lags(const CsvFile& arrivals) {
  const std::size_t height = arrivals.column("height");
  const std::size_t arrival = arrivals.column("arrival_time");
  const std::size_t header = arrivals.column("header_time");
  std::vector<double> lags;
  for (std::size_t row = 1; row < arrivals.rows(); ++row) {
    if (arrivals.integer(row, height) != arrivals.integer(row - 1, height) + 1) continue;
    const double now_s = arrivals.number(row, arrival);
    if (now_s - arrivals.number(row - 1, arrival) < kLeastSinceParentS) continue;
    lags.push_back(now_s - arrivals.number(row, header));
  }
  if (lags.size() < kLeastLags) {
    throw ConfigError(
        {arrivals.path(), 0}, "",
        fmt::format("{} blocks 120 s or more after their parent are too few", lags.size()),
        fmt::format(">= {}", kLeastLags));
  }
  return lags;
}

void fit_header_times(std::span<const double> lags, HeaderTimeConfig& config, double& delay_s) {
  std::map<double, double> counts;
  for (const double lag : lags) counts[lag] += 1.0;
  const auto unpack = [](std::span<const double> x) {
    HeaderTimeConfig trial;
    trial.max_job_age_s = std::exp(x[0]);
    trial.clock_error_probability = 1.0 / (1.0 + std::exp(-x[1]));
    trial.clock_error_s = std::exp(x[2]);
    return trial;
  };
  const auto loss = [&](std::span<const double> x) {
    const HeaderTimeConfig trial = unpack(x);
    double sum = 0.0;
    for (const auto& [lag, count] : counts) {
      sum -= count * std::log(std::max(lag_probability(lag, trial, x[3]), 1e-30));
    }
    return sum;
  };
  const std::vector<double> best =
      minimise(loss, {std::log(40.0), std::log(0.1 / 0.9), std::log(60.0), 1.0}, 0.5, 2000);
  config = unpack(best);
  delay_s = best[3];
}

std::vector<double> draw_header_lags(const HeaderTimeConfig& config, double delay_s,
                                     std::size_t count, const WorldKey& key) {
  // A clock whose parent is long past clips nothing, so that a stamp is the draw itself.
  const HeaderClock clock(config, key, 0);
  Rng rng(key, StreamId::kTest);
  std::vector<double> lags;
  for (std::size_t i = 0; i < count; ++i) {
    const double found_s = 1e6 + uniform(rng);
    const auto header =
        static_cast<double>(clock.stamp(static_cast<std::int64_t>(i), found_s, 1e6));
    lags.push_back(std::floor(found_s + delay_s) - header);
  }
  return lags;
}

Fit fit_header_clock(std::span<const double> lags, HeaderTimeConfig& config, std::uint64_t seed) {
  double delay_s = 0.0;
  fit_header_times(lags, config, delay_s);
  RefitPlan<std::vector<double>> plan;
  plan.fits = 20;
  plan.draws = 100;
  plan.draw = [&](const WorldKey& key) {
    return draw_header_lags(config, delay_s, lags.size(), key);
  };
  plan.fit = [](const std::vector<double>& drawn) {
    HeaderTimeConfig again;
    double delay = 0.0;
    fit_header_times(drawn, again, delay);
    return std::vector<double>{again.max_job_age_s, again.clock_error_probability,
                               again.clock_error_s, delay};
  };
  plan.properties = lag_properties;
  const Refits refits = refit(std::vector<double>(lags.begin(), lags.end()), plan, seed);
  const auto error = [&](std::size_t i) { return refits.parameters[i].standard_deviation(); };

  Fit fit;
  fit.process = "header times";
  fit.estimates = {
      {"network.header_time.max_job_age_s", "oldest job", config.max_job_age_s, error(0), "s"},
      {"network.header_time.clock_error_probability", "wrong clocks",
       config.clock_error_probability, error(1), ""},
      {"network.header_time.clock_error_s", "their error", config.clock_error_s, error(2), "s"},
      {"", "latency from finder to the observing node", delay_s, error(3), "s"}};
  fit.checks = refits.checks;
  fit.warnings = misses("the model", refits.checks);
  return fit;
}

Fit check_block_intervals(const BlockHistory& blocks, const HeaderTimeConfig& config,
                          std::uint64_t seed) {
  const auto epoch = static_cast<std::size_t>(kRetargetInterval);
  std::vector<std::int64_t> headers;
  for (const HistoricBlock& block : blocks.blocks()) {
    if (!headers.empty() || block.height % kRetargetInterval == 0) {
      headers.push_back(block.header_unix_s);
    }
  }
  headers.resize(headers.size() / epoch * epoch);
  if (headers.size() < 2 * epoch) {
    throw ConfigError({}, "", "two whole epochs of 2016 blocks are needed to fit block intervals");
  }
  std::vector<double> mean_s;
  for (std::size_t first = 0; first < headers.size(); first += epoch) {
    mean_s.push_back(static_cast<double>(headers[first + epoch - 1] - headers[first]) /
                     static_cast<double>(epoch - 1));
  }
  const auto draw = [&](const WorldKey& key) {
    Rng rng(key, StreamId::kBlockInterval);
    HeaderClock clock(config, key, headers.front());
    std::vector<std::int64_t> drawn;
    auto found_s = static_cast<double>(headers.front());
    for (std::size_t i = 0; i < headers.size(); ++i) {
      const double since_s = mean_s[i / epoch] * exponential(rng);
      found_s += since_s;
      clock.append(clock.stamp(static_cast<std::int64_t>(i), found_s, since_s));
      drawn.push_back(clock.tip());
    }
    return drawn;
  };
  constexpr std::uint32_t kDraws = 60;
  std::vector<std::vector<Property>> drawn;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    drawn.push_back(interval_properties(draw({seed, i, 0})));
  }
  Moments lengths;
  for (std::size_t i = 1; i < headers.size(); ++i) {
    lengths.add(static_cast<double>(headers[i] - headers[i - 1]));
  }
  Fit fit;
  fit.process = "block intervals";
  fit.source = fmt::format("{} blocks, {} to {}", headers.size(), show_date(headers.front()),
                           show_date(headers.back()));
  fit.estimates = {{"", "mean interval", lengths.mean(), lengths.standard_error(), "s"}};
  fit.checks = check_properties(interval_properties(headers), drawn);
  fit.warnings = misses("an exponential law with these header times", fit.checks);
  return fit;
}

Fit fit_propagation(const CsvFile& stale, std::span<const HistoricBlock> blocks, double& delay_s) {
  const std::size_t height = stale.column("height");
  if (stale.rows() < 5) {
    throw ConfigError({stale.path(), 0}, "height", "fewer than 5 stale blocks fix no rate");
  }
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
  std::int64_t highest = 0;
  for (std::size_t row = 0; row < stale.rows(); ++row) {
    lowest = std::min(lowest, stale.integer(row, height));
    highest = std::max(highest, stale.integer(row, height));
  }
  const auto count = static_cast<double>(stale.rows());
  const double rate = count / (count + static_cast<double>(highest - lowest + 1));

  std::map<int, double> found;
  for (const HistoricBlock& block : blocks) {
    if (block.pool_id >= 0) found[block.pool_id] += 1.0;
  }
  double concentration = 0.0;
  for (const auto& [pool, number] : found) {
    const double share = number / static_cast<double>(blocks.size());
    concentration += share * share;
  }
  delay_s = rate / (1.0 - rate) * kSpacingS / (1.0 - concentration);
  const double relative_error = 1.0 / std::sqrt(count);

  Fit fit;
  fit.process = "stale blocks";
  fit.source = fmt::format("{} stale blocks, heights {} to {}", stale.rows(), lowest, highest);
  fit.estimates = {{"", "stale rate", rate, rate * relative_error, ""},
                   {"", "concentration of pools (HHI)", concentration, 0.0, ""},
                   {"network.propagation_delay_s", "delay between miners", delay_s,
                    delay_s * relative_error, "s"}};
  fit.warnings = {"nodes miss stale blocks: the rate is a lower bound"};
  return fit;
}

}  // namespace aicmp
