#include "sim/market/fees_fit.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

constexpr double kLargestPersistence = 0.999;
const Time kDay = Time::days(1.0);

/// Means over the days (of simulation time) that have blocks.
std::vector<double> daily_means(std::span<const FeeObservation> blocks,
                                const std::vector<double>& values) {
  std::vector<double> means;
  Moments day;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    day.add(values[i]);
    const bool last = i + 1 == blocks.size() ||
                      blocks[i + 1].found.ns() / kDay.ns() != blocks[i].found.ns() / kDay.ns();
    if (!last) continue;
    means.push_back(day.mean());
    day = Moments();
  }
  return means;
}

double intervals(const FeeObservation& block) {
  return (block.found - block.previous).in_seconds() / 600.0;
}

double fit_accrual(std::span<const FeeObservation> blocks, const std::vector<double>& fees) {
  const std::vector<double> means = daily_means(blocks, fees);
  double product = 0.0;
  double square = 0.0;
  std::size_t day = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i > 0 && blocks[i].found.ns() / kDay.ns() != blocks[i - 1].found.ns() / kDay.ns()) ++day;
    const double x = intervals(blocks[i]) - 1.0;
    if (means[day] > 0.0) product += (fees[i] / means[day] - 1.0) * x;
    square += x * x;
  }
  return std::clamp(product / square, 0.0, 1.0);
}

Seasonality fit_season(std::span<const FeeObservation> blocks, const std::vector<double>& fees,
                       const CivilTime& civil) {
  const double mean_fees = mean(fees);
  double day_cos = 0.0;
  double day_sin = 0.0;
  double week_cos = 0.0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const double swing = fees[i] / mean_fees - 1.0;
    const double hour = kTurn * civil.day_fraction(blocks[i].found);
    day_cos += swing * std::cos(hour);
    day_sin += swing * std::sin(hour);
    week_cos += swing * std::cos(kTurn * (civil.week_fraction(blocks[i].found) - 2.5 / 7.0));
  }
  const double scale = 2.0 / static_cast<double>(blocks.size());
  Seasonality season;
  season.daily_amplitude = std::min(0.6, scale * std::hypot(day_cos, day_sin));
  season.weekly_amplitude = std::clamp(scale * week_cos, 0.0, 0.3);
  const double peak = std::atan2(day_sin, day_cos) / kTurn * 24.0;
  season.peak_hour_utc = peak < 0.0 ? peak + 24.0 : peak;
  return season;
}

/// log(1 + g(lag)): the autocovariance of x if the series is proportional to exp(x), x Gaussian.
double log_autocovariance(const std::vector<double>& series, std::size_t lag) {
  const double center = mean(series);
  double sum = 0.0;
  for (std::size_t i = lag; i < series.size(); ++i) {
    sum += (series[i] / center - 1.0) * (series[i - lag] / center - 1.0);
  }
  return std::log1p(std::max(0.0, sum / static_cast<double>(series.size() - lag)));
}

}  // namespace

StatisticalFeeConfig fit_statistical_fees(std::span<const FeeObservation> blocks,
                                          std::int64_t start_unix_s) {
  AICMP_ASSERT(!blocks.empty() && blocks.back().found - blocks.front().found >= Time::days(10.0));
  const CivilTime civil(start_unix_s);
  std::vector<double> fees;
  for (const FeeObservation& block : blocks) fees.push_back(block.fees.btc());
  AICMP_ASSERT(mean(fees) > 0.0);

  StatisticalFeeConfig fit;
  fit.spikes_per_year = 0.0;
  fit.accrual_exponent = fit_accrual(blocks, fees);
  fit.season = fit_season(blocks, fees, civil);

  double factor_sum = 0.0;
  double factor_squares = 0.0;
  std::vector<double> seasonless(blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const double season = fit.season.at(civil, blocks[i].found);
    const double factor = season * std::pow(intervals(blocks[i]), fit.accrual_exponent);
    factor_sum += factor;
    factor_squares += factor * factor;
    seasonless[i] = fees[i] / season;
  }
  const auto count = static_cast<double>(blocks.size());
  const double factor_mean = factor_sum / count;
  const double log_factor_variance = std::log(factor_squares / count / (factor_mean * factor_mean));

  const std::vector<double> days = daily_means(blocks, seasonless);
  const double gamma1 = log_autocovariance(days, 1);
  const double gamma2 = log_autocovariance(days, 2);
  fit.persistence_per_day = gamma1 > 0.0 ? std::min(kLargestPersistence, gamma2 / gamma1) : 0.0;
  const double level_variance =
      fit.persistence_per_day > 0.0 ? gamma1 / fit.persistence_per_day : 0.0;

  Moments moments;
  for (double fee : fees) moments.add(fee);
  const double relative_sd = moments.standard_deviation() / moments.mean();
  const double noise_variance =
      std::max(0.0, std::log1p(relative_sd * relative_sd) - log_factor_variance - level_variance);
  fit.level_sd_log = std::sqrt(level_variance);
  fit.noise_sd_log = std::sqrt(noise_variance);
  const double accrual_scale = std::tgamma(1.0 + fit.accrual_exponent);
  fit.regime_median_btc = {moments.mean() / factor_mean * accrual_scale *
                           std::exp(-0.5 * (level_variance + noise_variance))};
  return fit;
}

}  // namespace aicmp
