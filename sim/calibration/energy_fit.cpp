#include "sim/calibration/energy_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/base/units.hpp"
#include "sim/calibration/corrected_fit.hpp"
#include "sim/calibration/record.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

constexpr double kHoursPerYear = 24.0 * kDaysPerMarketYear;
constexpr double kCut = 2.5;  // standard deviations of the base

Time at(const EnergyRecord& record, std::size_t i) {
  return Time::hours(record.step_hours * static_cast<double>(i));
}

/// Runs of `in`: how many, how many steps in all, and the mean of `size` over each run.
struct Runs {
  double count = 0.0;
  double steps = 0.0;
  std::vector<double> sizes;

  template <typename In, typename Size>
  Runs(std::size_t total, In in, Size size) {
    double sum = 0.0;
    double length = 0.0;
    for (std::size_t i = 0; i <= total; ++i) {
      if (i < total && in(i)) {
        sum += size(i);
        length += 1.0;
      } else if (length > 0.0) {
        count += 1.0;
        steps += length;
        sizes.push_back(sum / length);
        sum = length = 0.0;
      }
    }
  }
};

std::vector<double> sorted_known(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) {
    if (!std::isnan(value)) result.push_back(value);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<Property> energy_properties(const EnergyRecord& record) {
  const std::vector<double> sorted = sorted_known(record.usd_per_mwh);
  std::vector<double> logs;
  for (const double price : record.usd_per_mwh) {
    if (price > 0.0) logs.push_back(std::log(price));
  }
  const auto below_zero = std::lower_bound(sorted.begin(), sorted.end(), 0.0) - sorted.begin();
  const auto above_100 = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), 100.0);
  const auto count = static_cast<double>(sorted.size());
  const auto day = static_cast<std::size_t>(std::llround(24.0 / record.step_hours));
  return {{"mean price, USD/MWh,", mean(sorted)},
          {"median price, USD/MWh,", quantile(sorted, 0.5)},
          {"99 % quantile of the price, USD/MWh,", quantile(sorted, 0.99)},
          {"part of negative prices", static_cast<double>(below_zero) / count},
          {"part of prices over 100 USD/MWh", static_cast<double>(above_100) / count},
          {"autocorrelation of log prices after a step", autocorrelation(logs, 1)},
          {"autocorrelation of log prices after a day", autocorrelation(logs, day)}};
}

/// Mean and daily swing of the base.
struct DailyShape {
  double centre = 0.0;
  double amplitude = 0.0;  // over the mean
  double peak_hour = 0.0;
};

/// The first harmonic of the medians by hour of day.
DailyShape daily_shape(const EnergyRecord& record, const CivilTime& local) {
  const std::vector<double>& prices = record.usd_per_mwh;
  std::array<std::vector<double>, 24> by_hour;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (std::isnan(prices[i])) continue;
    const auto minute = std::llround(1440.0 * local.day_fraction(at(record, i)));
    by_hour[static_cast<std::size_t>(minute / 60 % 24)].push_back(prices[i]);
  }
  double centre = 0.0;
  double cosine = 0.0;
  double sine = 0.0;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    std::sort(by_hour[hour].begin(), by_hour[hour].end());
    const double median = quantile(by_hour[hour], 0.5);
    const double turn = kTurn * static_cast<double>(hour) / 24.0;
    centre += median / 24.0;
    cosine += median * std::cos(turn) / 12.0;
    sine += median * std::sin(turn) / 12.0;
  }
  return {centre, std::min(0.95, std::hypot(cosine, sine) / centre),
          std::fmod(std::atan2(sine, cosine) / kTurn * 24.0 + 24.0, 24.0)};
}

/// Of `logs` from one step to the next, what lies beyond kCut standard deviations cut off.
double persistence(const std::vector<double>& logs, double sd) {
  double product = 0.0;
  double square = 0.0;
  for (std::size_t i = 1; i < logs.size(); ++i) {
    if (std::isnan(logs[i]) || std::isnan(logs[i - 1])) continue;
    const double before = std::clamp(logs[i - 1], -kCut * sd, kCut * sd);
    product += before * std::clamp(logs[i], -kCut * sd, kCut * sd);
    square += before * before;
  }
  return std::clamp(product / square, 0.01, 0.999);
}

/// Gluts and spikes: how often in normal times, how long, how large.
void fit_episodes(const EnergyRecord& record, const std::vector<double>& base,
                  EnergyConfig::Market& market) {
  const std::vector<double>& prices = record.usd_per_mwh;
  const auto known = static_cast<double>(sorted_known(prices).size());
  const Runs gluts(
      prices.size(), [&](std::size_t i) { return prices[i] < 0.0; },
      [&](std::size_t i) { return -prices[i]; });
  const double smallest = market.spike_min_usd_per_mwh;
  const double margin = std::exp(kCut * market.base_sd_log);
  const Runs spikes(
      prices.size(),
      [&](std::size_t i) {
        return prices[i] > base[i] * margin && prices[i] > base[i] + 0.5 * smallest;
      },
      [&](std::size_t i) { return prices[i] - base[i]; });
  const double normal_years =
      (known - gluts.steps - spikes.steps) * record.step_hours / kHoursPerYear;
  const auto stay = [&](const Runs& runs) {
    return runs.count > 0.0 ? runs.steps / runs.count * record.step_hours : record.step_hours;
  };
  market.gluts_per_year = gluts.count / normal_years;
  market.glut_mean_hours = stay(gluts);
  if (gluts.count > 0.0) market.glut_mean_usd_per_mwh = std::max(0.01, mean(gluts.sizes));
  market.spikes_per_year = spikes.count / normal_years;
  market.spike_mean_hours = stay(spikes);
  double log_sum = 0.0;
  double large = 0.0;
  for (const double size : spikes.sizes) {
    if (size <= 2.0 * smallest) continue;
    log_sum += std::log(size / (2.0 * smallest));
    large += 1.0;
  }
  if (large > 0.0) market.spike_tail_index = large / log_sum;
}

}  // namespace

void fit_energy_market(const EnergyRecord& record, EnergyConfig::Market& market) {
  const std::vector<double>& prices = record.usd_per_mwh;
  const CivilTime local(record.start_unix_s);
  const DailyShape shape = daily_shape(record, local);
  market.step_minutes = record.step_hours * 60.0;
  market.daily_amplitude = shape.amplitude;
  market.peak_hour = shape.peak_hour;
  market.yearly_amplitude = 0.0;

  std::vector<double> base(prices.size());
  std::vector<double> logs(prices.size(), kMissing);
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const double turn = kTurn * (local.day_fraction(at(record, i)) - market.peak_hour / 24.0);
    base[i] = shape.centre * (1.0 + market.daily_amplitude * std::cos(turn));
    if (prices[i] > 0.0) logs[i] = std::log(prices[i] / base[i]);
  }
  const std::vector<double> sorted = sorted_known(logs);
  const double sd = std::max(0.01, quantile(sorted, 0.5) - quantile(sorted, 0.1587));
  market.base_sd_log = sd;
  market.base_usd_per_mwh = shape.centre * std::exp(0.5 * sd * sd);
  market.base_half_life_hours =
      -record.step_hours * std::numbers::ln2 / std::log(persistence(logs, sd));
  fit_episodes(record, base, market);
}

EnergyRecord draw_energy(const EnergyConfig::Market& market, const EnergyRecord& like,
                         const WorldKey& key) {
  EnergyConfig config;
  config.model = EnergyModel::kMarket;
  config.market = market;
  EnergyPrice price(config, key, 0, like.start_unix_s, at(like, like.usd_per_mwh.size()));
  EnergyRecord drawn = like;
  for (std::size_t i = 0; i < drawn.usd_per_mwh.size(); ++i) {
    const double value = price.usd_per_mwh(at(like, i));
    if (!std::isnan(drawn.usd_per_mwh[i])) drawn.usd_per_mwh[i] = value;
  }
  return drawn;
}

Fit fit_energy(const EnergyRecord& record, EnergyConfig::Market& market, std::uint64_t seed) {
  using M = EnergyConfig::Market;
  const double step = record.step_hours;
  Process<M, EnergyRecord> process;
  process.name = "energy";
  process.key_prefix = "energy.market.";
  process.parameters = {
      {"base_usd_per_mwh", "mean of the base", "USD/MWh",
       [](M& m) -> double& { return m.base_usd_per_mwh; }, 0.1, 1e4, true},
      {"base_sd_log", "its spread", "", [](M& m) -> double& { return m.base_sd_log; }, 0.01, 3.0,
       true},
      {"base_half_life_hours", "its half-life", "h",
       [](M& m) -> double& { return m.base_half_life_hours; }, 0.1, 1000.0, true},
      {"daily_amplitude", "daily swing", "", [](M& m) -> double& { return m.daily_amplitude; }, 0.0,
       0.95, false},
      {"peak_hour", "its peak", "h", [](M& m) -> double& { return m.peak_hour; }, 0.0, 23.99,
       false},
      {"spikes_per_year", "spikes", "1/year", [](M& m) -> double& { return m.spikes_per_year; },
       0.0, 2000.0, false},
      {"spike_mean_hours", "their stay", "h", [](M& m) -> double& { return m.spike_mean_hours; },
       step, 100.0, true},
      {"spike_tail_index", "their tail", "", [](M& m) -> double& { return m.spike_tail_index; },
       0.3, 10.0, true},
      {"gluts_per_year", "gluts", "1/year", [](M& m) -> double& { return m.gluts_per_year; }, 0.0,
       2000.0, false},
      {"glut_mean_hours", "their stay", "h", [](M& m) -> double& { return m.glut_mean_hours; },
       step, 100.0, true},
      {"glut_mean_usd_per_mwh", "how far below zero", "USD/MWh",
       [](M& m) -> double& { return m.glut_mean_usd_per_mwh; }, 0.01, 1e3, true},
  };
  process.fit = fit_energy_market;
  process.draw = [&record](const M& m, const WorldKey& key) { return draw_energy(m, record, key); };
  process.properties = energy_properties;
  return fit_corrected(record, process, market, seed);
}

}  // namespace aicmp
