#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/calibration/energy_fit.hpp"
#include "sim/calibration/fee_fit.hpp"
#include "sim/calibration/price_fit.hpp"
#include "sim/calibration/specs.hpp"
#include "sim/forecast/evaluation.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kHourS = 3600;
constexpr double kEnergyScale = 10.0;  // USD/MWh below which a price counts by itself
constexpr std::size_t kLeastSeries = 3 * Forecaster::kLeastHistory;

/// The longest piece of rows at equal steps whose values are all finite.
struct Piece {
  std::int64_t from_unix_s = 0;
  std::int64_t to_unix_s = 0;
  std::vector<double> values;
};

Piece longest_piece(const std::vector<std::int64_t>& unix_s, const std::vector<double>& values,
                    std::int64_t step_s) {
  Piece piece;
  Piece longest;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const bool follows = !piece.values.empty() && unix_s[row] == piece.to_unix_s + step_s;
    if (!follows) piece = Piece{unix_s[row], 0, {}};
    if (std::isfinite(values[row])) {
      piece.values.push_back(values[row]);
      piece.to_unix_s = unix_s[row];
      if (piece.values.size() > longest.values.size()) longest = piece;
    } else {
      piece = Piece();
    }
  }
  return longest;
}

std::string file_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

Target daily_target(std::string name, std::string scale, std::vector<double> series,
                    std::vector<int> horizons) {
  Target target{std::move(name), "simulated", std::move(scale), std::move(series), {}, "day", {}};
  target.plan = {.first = target.series.size() / 2,
                 .refit_every = 30,
                 .window = 0,
                 .horizons = std::move(horizons)};
  target.forecasters = {persistence, exponential_smoothing, autoregression, garch};
  return target;
}

Target hourly_target(std::string name, std::string scale, std::vector<double> series) {
  Target target{std::move(name), "simulated", std::move(scale), std::move(series), {}, "hour", {}};
  target.plan = {.first = target.series.size() / 2,
                 .refit_every = 24 * 28,
                 .window = 24 * 365,
                 .horizons = {1, 6, 24}};
  target.forecasters = {persistence, [] { return seasonal_naive(24); },
                        [] { return seasonal_naive(168); }, exponential_smoothing, autoregression};
  return target;
}

Target interval_target(std::vector<double> series) {
  constexpr std::size_t kEpoch = 2016;
  Target target{"block interval", "simulated", "s", std::move(series), {}, "block", {}};
  target.plan = {.first = target.series.size() / 2,
                 .refit_every = kEpoch,
                 .window = 4 * kEpoch,
                 .horizons = {1, 144}};
  target.forecasters = {historical_mean, exponential_smoothing, autoregression};
  return target;
}

bool long_enough(const std::vector<double>& series) {
  return series.size() >= kLeastSeries;
}

void add_daily(const ForecastInput& input, std::vector<Target>& targets) {
  const Record record =
      read_record(input.daily, daily_spec(), input.now_unix_s, input.since_unix_s);
  const auto add = [&](const char* name, const char* scale, const std::vector<double>& values,
                       std::vector<int> horizons) {
    const Piece piece = longest_piece(record.unix_s, values, kSecondsPerDay);
    if (!long_enough(piece.values)) return;
    targets.push_back(daily_target(name, scale, piece.values, std::move(horizons)));
    targets.back().source = fmt::format("{}, {} to {}", file_name(input.daily),
                                        show_date(piece.from_unix_s), show_date(piece.to_unix_s));
  };
  const auto logs = [&](std::size_t column, std::size_t per) {
    std::vector<double> result;
    for (std::size_t row = 0; row < record.rows(); ++row) {
      const double divisor = per < kDailyColumns ? record.columns[per][row] : 1.0;
      result.push_back(std::log(record.columns[column][row] / divisor));
    }
    return result;
  };
  if (record.has(kPriceUsd)) add("price", "log USD", logs(kPriceUsd, kDailyColumns), {1, 7, 14});
  if (record.has(kFeesBtc) && record.has(kBlockCount)) {
    add("fees of a block", "log BTC", logs(kFeesBtc, kBlockCount), {1, 7, 14});
  }
}

void add_mempool(const ForecastInput& input, std::vector<Target>& targets) {
  const Record record = read_record(input.mempool, mempool_spec(), input.now_unix_s);
  if (!record.has(kMempoolVsize)) return;
  // The last snapshot of each hour stands for it.
  std::vector<std::int64_t> hours;
  std::vector<double> sizes;
  for (std::size_t row = 0; row < record.rows(); ++row) {
    const std::int64_t hour = record.unix_s[row] / kHourS * kHourS;
    if (hours.empty() || hours.back() != hour) {
      hours.push_back(hour);
      sizes.push_back(0.0);
    }
    sizes.back() = std::log(record.columns[kMempoolVsize][row] * 1e-6);
  }
  const Piece piece = longest_piece(hours, sizes, kHourS);
  if (!long_enough(piece.values)) return;
  targets.push_back(hourly_target("mempool size", "log MvB", piece.values));
  targets.back().source = fmt::format("{}, {} to {}", file_name(input.mempool),
                                      show_date(piece.from_unix_s), show_date(piece.to_unix_s));
}

void add_energy(const ForecastInput& input, std::vector<Target>& targets) {
  const Record record = read_record(input.energy, energy_spec(0.0), input.now_unix_s);
  if (!record.has(0)) return;
  std::vector<std::int64_t> hours;
  std::vector<double> prices;
  std::vector<double> counts;
  for (std::size_t row = 0; row < record.rows(); ++row) {
    const std::int64_t hour = record.unix_s[row] / kHourS * kHourS;
    if (hours.empty() || hours.back() != hour) {
      hours.push_back(hour);
      prices.push_back(0.0);
      counts.push_back(0.0);
    }
    prices.back() += record.columns[0][row];
    counts.back() += 1.0;
  }
  for (std::size_t i = 0; i < prices.size(); ++i) {
    prices[i] = std::asinh(prices[i] / counts[i] / kEnergyScale);
  }
  const Piece piece = longest_piece(hours, prices, kHourS);
  if (!long_enough(piece.values)) return;
  targets.push_back(hourly_target("energy price", "asinh of 10 USD/MWh", piece.values));
  targets.back().source = fmt::format("{}, {} to {}", file_name(input.energy),
                                      show_date(piece.from_unix_s), show_date(piece.to_unix_s));
}

void add_intervals(const ForecastInput& input, std::vector<Target>& targets) {
  constexpr std::size_t kMostBlocks = 20'160;
  const BlockHistory history(input.blocks);
  const auto blocks = history.blocks().last(std::min(kMostBlocks, history.blocks().size()));
  std::vector<double> intervals;
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    intervals.push_back(static_cast<double>(blocks[i].header_unix_s - blocks[i - 1].header_unix_s));
  }
  if (!long_enough(intervals)) return;
  targets.push_back(interval_target(std::move(intervals)));
  targets.back().source = fmt::format("{}, heights {} to {}", file_name(input.blocks),
                                      blocks.front().height, blocks.back().height);
}

}  // namespace

LstmConfig lstm_for(const Target& target, std::uint64_t seed) {
  LstmConfig config;
  config.seed = seed;
  if (target.step == "hour") {
    config.period = 24;
    config.epochs = 24;
  }
  return config;
}

void add_lstm(Target& target, std::uint64_t seed) {
  target.forecasters.push_back([config = lstm_for(target, seed)] { return lstm(config); });
}

std::vector<Target> recorded_targets(const ForecastInput& input) {
  std::vector<Target> targets;
  if (!input.daily.empty()) add_daily(input, targets);
  if (!input.blocks.empty()) add_intervals(input, targets);
  if (!input.mempool.empty()) add_mempool(input, targets);
  if (!input.energy.empty()) add_energy(input, targets);
  return targets;
}

std::vector<Target> simulated_targets(std::uint64_t seed) {
  constexpr std::int64_t kDays = 3 * 365;
  constexpr std::size_t kHours = 8760;
  const WorldKey key{seed, 0, 0};
  std::vector<Target> targets;

  std::vector<double> price{std::log(PriceConfig().initial_usd)};
  for (const double step : draw_daily_returns(PriceConfig(), kDays, key)) {
    price.push_back(price.back() + step);
  }
  targets.push_back(daily_target("price", "log USD", std::move(price), {1, 7, 14}));

  std::vector<double> fees = draw_daily_fees(StatisticalFeeConfig(), DailyFees(kDays, 1.0), key);
  for (double& fee : fees) fee = std::log(fee);
  targets.push_back(daily_target("fees of a block", "log BTC", std::move(fees), {1, 7, 14}));

  EnergyRecord energy;
  energy.usd_per_mwh.assign(kHours, 0.0);
  energy = draw_energy(EnergyConfig::Market(), energy, key);
  for (double& price_usd : energy.usd_per_mwh) price_usd = std::asinh(price_usd / kEnergyScale);
  targets.push_back(
      hourly_target("energy price", "asinh of 10 USD/MWh", std::move(energy.usd_per_mwh)));
  return targets;
}

}  // namespace aicmp
