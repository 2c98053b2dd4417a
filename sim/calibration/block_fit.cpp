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
constexpr auto kEpoch = static_cast<std::size_t>(kRetargetInterval);
constexpr std::uint32_t kDraws = 60;

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

/// Mean interval of each epoch, s.
std::vector<double> mean_intervals(std::span<const std::int64_t> headers) {
  std::vector<double> mean_s;
  for (std::size_t first = 0; first + kEpoch <= headers.size(); first += kEpoch) {
    mean_s.push_back(static_cast<double>(headers[first + kEpoch - 1] - headers[first]) /
                     static_cast<double>(kEpoch - 1));
  }
  return mean_s;
}

/// Intervals between headers, each over the mean of its epoch.
struct HeaderIntervals {
  std::vector<double> relative;
  std::size_t negative = 0;
};

HeaderIntervals intervals_of(std::span<const std::int64_t> headers) {
  const std::vector<double> mean_s = mean_intervals(headers);
  HeaderIntervals result;
  for (std::size_t i = 0; i < mean_s.size() * kEpoch; ++i) {
    if (i % kEpoch == 0) continue;
    const auto interval = static_cast<double>(headers[i] - headers[i - 1]);
    result.relative.push_back(interval / mean_s[i / kEpoch]);
    if (interval < 0.0) ++result.negative;
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

/// The same, and the pace of the epochs.
std::vector<Property> held_out_properties(const std::vector<std::int64_t>& headers) {
  Moments pace;
  for (const double mean_s : mean_intervals(headers)) pace.add(std::log(mean_s / kSpacingS));
  std::vector<Property> properties = interval_properties(headers);
  properties.push_back({"mean of log epoch length over 14 days", pace.mean()});
  properties.push_back({"spread of log epoch lengths", pace.standard_deviation()});
  return properties;
}

/// Header times of the whole epochs of a file.
std::vector<std::int64_t> whole_epoch_headers(const BlockHistory& blocks) {
  std::vector<std::int64_t> headers;
  for (const HistoricBlock& block : blocks.blocks()) {
    if (!headers.empty() || block.height % kRetargetInterval == 0) {
      headers.push_back(block.header_unix_s);
    }
  }
  headers.resize(headers.size() / kEpoch * kEpoch);
  return headers;
}

/// Headers of epochs with these mean intervals, from `start_unix_s` on.
std::vector<std::int64_t> draw_headers(std::span<const double> mean_s, HeaderClock clock,
                                       std::int64_t start_unix_s, Rng& rng) {
  std::vector<std::int64_t> drawn;
  auto found_s = static_cast<double>(start_unix_s);
  for (std::size_t i = 0; i < mean_s.size() * kEpoch; ++i) {
    const double since_s = mean_s[i / kEpoch] * exponential(rng);
    found_s += since_s;
    clock.append(clock.stamp(static_cast<std::int64_t>(i), found_s, since_s));
    drawn.push_back(clock.tip());
  }
  return drawn;
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

std::size_t whole_epochs(const BlockHistory& blocks) {
  return whole_epoch_headers(blocks).size() / kEpoch;
}

Fit check_block_intervals(const BlockHistory& blocks, const HeaderTimeConfig& config,
                          std::uint64_t seed) {
  const std::vector<std::int64_t> headers = whole_epoch_headers(blocks);
  if (headers.size() < 2 * kEpoch) {
    throw ConfigError({}, "", "two whole epochs of 2016 blocks are needed to fit block intervals");
  }
  const std::vector<double> mean_s = mean_intervals(headers);
  std::vector<std::vector<Property>> drawn;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    Rng rng({seed, i, 0}, StreamId::kBlockInterval);
    drawn.push_back(interval_properties(
        draw_headers(mean_s, {config, {seed, i, 0}, headers.front()}, headers.front(), rng)));
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

Fit held_out_intervals(const BlockHistory& blocks, const HeaderTimeConfig& config, double part,
                       std::uint64_t seed) {
  const std::vector<std::int64_t> headers = whole_epoch_headers(blocks);
  const std::size_t epochs = headers.size() / kEpoch;
  const auto held = static_cast<std::size_t>(part * static_cast<double>(epochs));
  if (held < kLeastHeldOutEpochs || epochs - held < kLeastHeldOutEpochs) {
    throw ConfigError({}, "", fmt::format("{} epochs are too few to hold some out", epochs));
  }
  const std::vector<double> mean_s = mean_intervals(headers);
  Moments pace;
  for (std::size_t e = 0; e < epochs - held; ++e) pace.add(std::log(mean_s[e] / kSpacingS));

  const std::vector<std::int64_t> came(headers.end() - static_cast<std::ptrdiff_t>(held * kEpoch),
                                       headers.end());
  std::vector<std::vector<Property>> drawn;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    Rng rng({seed, i, 0}, StreamId::kBlockInterval);
    std::vector<double> drawn_s(held);
    for (double& mean : drawn_s) {
      mean = kSpacingS * std::exp(pace.mean() + pace.standard_deviation() * normal(rng));
    }
    drawn.push_back(held_out_properties(
        draw_headers(drawn_s, {config, {seed, i, 0}, came.front()}, came.front(), rng)));
  }
  Fit fit;
  fit.process = "held out: block intervals";
  fit.source = fmt::format("the last {} epochs, their pace by the {} before", held, epochs - held);
  fit.checks = check_properties(held_out_properties(came), drawn);
  fit.warnings = misses("the model", fit.checks);
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
