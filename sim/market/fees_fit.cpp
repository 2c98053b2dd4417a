#include "sim/market/fees_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;
constexpr double kSmallestAccrual = 0.02;  // bounds the logarithm of what a quick block missed

struct Block {
  std::int64_t day;
  double fees_btc;
  double surplus;  // interval / 600 s - 1
  double log_level = 0.0;
  Time found;
};

std::vector<Block> usable(std::span<const FeeObservation> observations) {
  std::vector<Block> blocks;
  const Time day = Time::days(1.0);
  for (const FeeObservation& seen : observations) {
    if (seen.fees <= Satoshi()) continue;
    blocks.push_back({.day = seen.found.ns() / day.ns(),
                      .fees_btc = seen.fees.btc(),
                      .surplus = (seen.found - seen.previous).in_seconds() / 600.0 - 1.0,
                      .found = seen.found});
  }
  return blocks;
}

template <typename Value>
std::vector<double> daily_means(const std::vector<Block>& blocks, Value value) {
  std::vector<double> means;
  for (std::size_t i = 0; i < blocks.size();) {
    Moments day;
    std::size_t end = i;
    for (; end < blocks.size() && blocks[end].day == blocks[i].day; ++end) {
      day.add(value(blocks[end]));
    }
    i = end;
    means.push_back(day.mean());
  }
  return means;
}

double fit_accrual(const std::vector<Block>& blocks) {
  const std::vector<double> means = daily_means(blocks, [](const Block& b) { return b.fees_btc; });
  double product = 0.0;
  double square = 0.0;
  std::size_t day = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i > 0 && blocks[i].day != blocks[i - 1].day) ++day;
    product += (blocks[i].fees_btc / means[day] - 1.0) * blocks[i].surplus;
    square += blocks[i].surplus * blocks[i].surplus;
  }
  return std::clamp(product / square, 0.0, 1.0);
}

Seasonality fit_season(const std::vector<Block>& blocks, const CivilTime& civil) {
  double day_cos = 0.0;
  double day_sin = 0.0;
  double week_cos = 0.0;
  Moments level;
  for (const Block& block : blocks) level.add(block.log_level);
  for (const Block& block : blocks) {
    const double hour = kTurn * civil.day_fraction(block.found);
    const double weekday = kTurn * (civil.week_fraction(block.found) - 2.5 / 7.0);
    day_cos += (block.log_level - level.mean()) * std::cos(hour);
    day_sin += (block.log_level - level.mean()) * std::sin(hour);
    week_cos += (block.log_level - level.mean()) * std::cos(weekday);
  }
  const double scale = 2.0 / static_cast<double>(blocks.size());
  Seasonality season;
  season.daily_amplitude = std::min(0.6, scale * std::hypot(day_cos, day_sin));
  season.weekly_amplitude = std::clamp(scale * week_cos, 0.0, 0.3);
  const double peak = std::atan2(day_sin, day_cos) / kTurn * 24.0;
  season.peak_hour_utc = peak < 0.0 ? peak + 24.0 : peak;
  return season;
}

double autocovariance(const std::vector<double>& series, std::size_t lag) {
  Moments mean;
  for (double value : series) mean.add(value);
  double sum = 0.0;
  for (std::size_t i = lag; i < series.size(); ++i) {
    sum += (series[i] - mean.mean()) * (series[i - lag] - mean.mean());
  }
  return sum / static_cast<double>(series.size() - lag);
}

}  // namespace

StatisticalFeeConfig fit_statistical_fees(std::span<const FeeObservation> observations,
                                          std::int64_t start_unix_s) {
  std::vector<Block> blocks = usable(observations);
  AICMP_ASSERT(!blocks.empty() && blocks.back().day - blocks.front().day >= 10);
  const CivilTime civil(start_unix_s);

  StatisticalFeeConfig fit;
  fit.spikes_per_year = 0.0;
  fit.accrual_share = fit_accrual(blocks);
  std::vector<double> factors(blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    factors[i] = std::max(kSmallestAccrual, 1.0 + fit.accrual_share * blocks[i].surplus);
    blocks[i].log_level = std::log(blocks[i].fees_btc / factors[i]);
  }
  fit.season = fit_season(blocks, civil);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const double season = fit.season.at(civil, blocks[i].found);
    blocks[i].log_level -= std::log(season);
    factors[i] *= season;
  }

  const std::vector<double> days = daily_means(blocks, [](const Block& b) { return b.log_level; });
  const double gamma1 = std::max(0.0, autocovariance(days, 1));
  const double gamma2 = std::max(0.0, autocovariance(days, 2));
  fit.persistence_per_day = gamma1 > 0.0 ? std::min(0.999, gamma2 / gamma1) : 0.0;
  const double level_variance =
      fit.persistence_per_day > 0.0 ? gamma1 / fit.persistence_per_day : 0.0;

  Moments log_level;
  Moments fees;
  Moments factor;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    log_level.add(blocks[i].log_level);
    fees.add(blocks[i].fees_btc);
    factor.add(factors[i]);
  }
  const double noise_variance = std::max(0.0, log_level.variance() - level_variance);
  fit.level_sd_log = std::sqrt(level_variance);
  fit.noise_sd_log = std::sqrt(noise_variance);
  fit.regime_median_btc = {fees.mean() / factor.mean() *
                           std::exp(-0.5 * (level_variance + noise_variance))};
  return fit;
}

}  // namespace aicmp
