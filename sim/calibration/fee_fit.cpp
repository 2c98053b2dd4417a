#include "sim/calibration/fee_fit.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/samples.hpp"
#include "sim/base/units.hpp"
#include "sim/calibration/corrected_fit.hpp"
#include "sim/calibration/record.hpp"

namespace aicmp {
namespace {

constexpr double kSpikeThreshold = 3.0;
constexpr double kRobust = 1.4826;   // of the median deviation to a standard deviation
constexpr double kInner90 = 3.2897;  // of a normal law, in standard deviations
constexpr double kLeastLevelSd = 0.02;
constexpr double kMostPersistence = 0.995;

std::vector<double> known(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) {
    if (!std::isnan(value)) result.push_back(value);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<double> logs(const DailyFees& days) {
  std::vector<double> result;
  for (const double day : days) {
    result.push_back(day > 0.0 ? std::log(day) : kMissing);
  }
  return result;
}

std::vector<double> changes(const std::vector<double>& series) {
  std::vector<double> result;
  for (std::size_t i = 1; i < series.size(); ++i) {
    const double change = series[i] - series[i - 1];
    if (!std::isnan(change)) result.push_back(change);
  }
  return result;
}

/// Autocovariance over the pairs that are known.
double autocovariance(const std::vector<double>& series, std::size_t lag, double centre) {
  double sum = 0.0;
  double pairs = 0.0;
  for (std::size_t i = lag; i < series.size(); ++i) {
    const double product = (series[i] - centre) * (series[i - lag] - centre);
    if (std::isnan(product)) continue;
    sum += product;
    pairs += 1.0;
  }
  return pairs > 0.0 ? sum / pairs : 0.0;
}

std::vector<Property> fee_properties(const DailyFees& days) {
  const std::vector<double> series = logs(days);
  const std::vector<double> levels = known(series);
  const std::vector<double> steps = known(changes(series));
  const double centre = mean(levels);
  const double variance = autocovariance(series, 0, centre);
  return {
      {"sd of log daily fees", std::sqrt(variance)},
      {"autocorrelation of log daily fees after a week",
       autocovariance(series, 7, centre) / variance},
      {"autocorrelation of log daily fees after 30 days",
       autocovariance(series, 30, centre) / variance},
      {"95 % quantile over median of daily fees",
       std::exp(quantile(levels, 0.95) - quantile(levels, 0.5))},
      {"5 % quantile over median of daily fees",
       std::exp(quantile(levels, 0.05) - quantile(levels, 0.5))},
      {"inner 90 % of daily changes of log fees", quantile(steps, 0.95) - quantile(steps, 0.05)}};
}

Process<StatisticalFeeConfig, DailyFees> process(const DailyFees& days) {
  using C = StatisticalFeeConfig;
  return {
      "fees",
      "market.fees.statistical.",
      {{"regime_median_btc", "median fees of a block", "BTC",
        [](C& c) -> double& { return c.regime_median_btc.front(); }, 1e-6, 1000.0, true},
       {"persistence_per_day", "memory of a day", "",
        [](C& c) -> double& { return c.persistence_per_day; }, 0.0, kMostPersistence, false},
       {"level_sd_log", "sd of the level", "", [](C& c) -> double& { return c.level_sd_log; },
        kLeastLevelSd, 3.0, true},
       {"spikes_per_year", "spikes", "1/year", [](C& c) -> double& { return c.spikes_per_year; },
        0.0, 60.0, false}},
      fit_daily_fees,
      [&days](const C& config, const WorldKey& key) { return draw_daily_fees(config, days, key); },
      fee_properties};
}

}  // namespace

void fit_daily_fees(const DailyFees& days, StatisticalFeeConfig& config) {
  const std::vector<double> series = logs(days);
  const std::vector<double> levels = known(series);
  const double median = quantile(levels, 0.5);
  const double centre = mean(levels);
  const double variance =
      std::max(autocovariance(series, 0, centre), kLeastLevelSd * kLeastLevelSd);
  const std::vector<double> steps = known(changes(series));
  const double step_sd = (quantile(steps, 0.95) - quantile(steps, 0.05)) / kInner90;
  config.persistence_per_day =
      std::clamp(1.0 - 0.5 * step_sd * step_sd / variance, 0.0, kMostPersistence);
  config.level_sd_log = std::sqrt(variance);
  config.regime_median_btc = {std::exp(median)};

  // Over two days, as a spike begins within one. A rise counts once.
  std::vector<double> rises(series.size(), kMissing);
  std::vector<double> sizes;
  for (std::size_t d = 2; d < series.size(); ++d) {
    rises[d] = series[d] - series[d - 2];
    if (!std::isnan(rises[d])) sizes.push_back(std::abs(rises[d]));
  }
  std::sort(sizes.begin(), sizes.end());
  const double threshold = kSpikeThreshold * kRobust * quantile(sizes, 0.5);
  double spikes = 0.0;
  for (std::size_t d = 3; d < rises.size(); ++d) {
    if (rises[d] > threshold && !(rises[d - 1] > threshold)) spikes += 1.0;
  }
  const double part_seen = std::exp(-config.spike_tail_index * threshold);
  config.spikes_per_year =
      kDaysPerMarketYear * spikes / (static_cast<double>(sizes.size()) * part_seen);
}

DailyFees draw_daily_fees(const StatisticalFeeConfig& config, const DailyFees& like,
                          const WorldKey& key) {
  FeeConfig fees;
  fees.model = FeeModel::kStatistical;
  fees.statistical = config;
  const Time horizon = Time::days(static_cast<double>(like.size()));
  const auto source = make_fee_source(fees, key, 0, horizon, nullptr);
  Rng rng(key, StreamId::kBlockInterval);
  DailyFees days;
  Time previous;
  double sum = 0.0;
  double blocks = 0.0;
  while (days.size() < like.size()) {
    const Time found = previous + Time::seconds(600.0 * exponential(rng));
    while (days.size() < like.size() && found >= Time::days(static_cast<double>(days.size() + 1))) {
      days.push_back(std::isnan(like[days.size()]) || blocks == 0.0 ? kMissing : sum / blocks);
      sum = blocks = 0.0;
    }
    sum += source->next_block({previous, found, Time()}).btc();
    blocks += 1.0;
    previous = found;
  }
  return days;
}

Fit fit_fees(const DailyFees& days, StatisticalFeeConfig& config, std::uint64_t seed) {
  Fit fit = fit_corrected(days, process(days), config, seed);
  fit.warnings.push_back(
      "days do not show the season, noise and accrual of single blocks, nor the length and tail of "
      "spikes: these keep their defaults");
  return fit;
}

Fit fit_fee_correlation(const DailyFees& days, const std::vector<double>& daily_returns,
                        StatisticalFeeConfig& config) {
  const std::vector<double> series = logs(days);
  const double centre = mean(known(series));
  const auto correlation = [&](std::size_t lag, double& error) {
    double products = 0.0;
    double fee_squares = 0.0;
    double price_squares = 0.0;
    double pairs = 0.0;
    for (std::size_t d = std::max<std::size_t>(lag, 1); d < series.size(); ++d) {
      const double innovation =
          series[d] - centre - config.persistence_per_day * (series[d - 1] - centre);
      const double change = daily_returns[d - lag];
      if (std::isnan(innovation) || std::isnan(change)) continue;
      products += innovation * change;
      fee_squares += innovation * innovation;
      price_squares += change * change;
      pairs += 1.0;
    }
    const double rho = products / std::sqrt(fee_squares * price_squares);
    error = (1.0 - rho * rho) / std::sqrt(pairs);
    return rho;
  };
  Fit fit;
  fit.process = "correlation of fees and price";
  double error = 0.0;
  config.price_correlation = correlation(1, error);
  fit.estimates.push_back({"market.fees.statistical.price_correlation",
                           "fees with the price of the day before", config.price_correlation, error,
                           ""});
  double same_error = 0.0;
  const double same = correlation(0, same_error);
  fit.estimates.push_back({"", "fees with the price of the same day", same, same_error, ""});
  if (std::abs(config.price_correlation) < 1.96 * error) {
    fit.warnings.push_back("the correlation with the price cannot be told from none");
  }
  if (std::abs(same) > 1.96 * same_error) {
    fit.warnings.push_back("fees move with the price of the same day, which the engine cannot do");
  }
  return fit;
}

}  // namespace aicmp
