#include "sim/market/price.hpp"

#include <cmath>
#include <utility>

#include "sim/market/price_models.hpp"
#include "sim/market/step_sources.hpp"

namespace aicmp {
namespace {

const Time kPriceDay = Time::days(1.0);

PriceProcess make_process(const PriceConfig& config, const WorldKey& key, std::int64_t start_unix_s,
                          Time horizon) {
  switch (config.model) {
    case PriceModel::kConstant:
      break;
    case PriceModel::kGbm:
    case PriceModel::kMerton:
      return merton_price(config, key);
    case PriceModel::kHeston:
      return heston_price(config, key);
    case PriceModel::kRegime:
      return regime_price(config, key);
    case PriceModel::kBootstrap:
      return bootstrap_price(config, key);
    case PriceModel::kReplay:
      return replayed_price(config, start_unix_s, horizon);
  }
  return {constant_step(config.initial_usd), 0.0, 0.0};
}

}  // namespace

PricePath::PricePath(const PriceConfig& config, const WorldKey& key, std::int64_t start_unix_s,
                     Time horizon)
    : PricePath(make_process(config, key, start_unix_s, horizon)) {}

PricePath::PricePath(PriceProcess process)
    : path_(std::move(process.path)),
      daily_mean_log_(process.daily_mean_log),
      daily_sd_log_(process.daily_sd_log) {}

double PricePath::daily_innovation(Time t) {
  const std::int64_t day = t.ns() / kPriceDay.ns();
  if (day < 1 || !varies()) return 0.0;
  if (day != innovation_day_) {
    const double open = path_.at(Time::nanoseconds((day - 1) * kPriceDay.ns()));
    const double close = path_.at(Time::nanoseconds(day * kPriceDay.ns()));
    innovation_ = (std::log(close / open) - daily_mean_log_) / daily_sd_log_;
    innovation_day_ = day;
  }
  return innovation_;
}

void add_options(OptionTable& table, PriceConfig& config) {
  const std::string key = "market.price.";
  table.add_choice(key + "model", config.model,
                   {{"constant", PriceModel::kConstant},
                    {"gbm", PriceModel::kGbm},
                    {"merton", PriceModel::kMerton},
                    {"heston", PriceModel::kHeston},
                    {"regime", PriceModel::kRegime},
                    {"bootstrap", PriceModel::kBootstrap},
                    {"replay", PriceModel::kReplay}},
                   "How the price of a bitcoin moves: not at all, geometric Brownian motion, with "
                   "Merton jumps, Heston's stochastic volatility, two alternating volatilities, "
                   "resampled history, or history as it was.");
  table.add(key + "initial_usd", config.initial_usd, "USD/BTC", Limits::positive(),
            "Price at the start; a replay takes its own.");
  table.add(key + "step_hours", config.step_hours, "h", {.min = 1.0 / 60.0, .max = 24.0},
            "Time between price changes; bootstrap and replay take the spacing of their file.");
  table.add(key + "drift_per_year", config.drift_per_year, "1/year", Limits::between(-5.0, 5.0),
            "Growth rate of the expected price, continuously compounded.");
  table.add(key + "volatility_per_year", config.volatility_per_year, "1/sqrt(year)",
            Limits::between(0.0, 5.0), "Diffusive volatility of gbm and merton.");
  table.add(key + "merton.jumps_per_year", config.merton.jumps_per_year, "1/year",
            Limits::between(0.0, 1000.0), "Mean number of jumps.");
  table.add(key + "merton.jump_mean_log", config.merton.jump_mean_log, "",
            Limits::between(-2.0, 2.0), "Mean log return of a jump.");
  table.add(key + "merton.jump_sd_log", config.merton.jump_sd_log, "", Limits::between(0.0, 2.0),
            "Standard deviation of the log return of a jump.");
  table.add(key + "heston.reversion_per_year", config.heston.reversion_per_year, "1/year",
            {.min = 0.0, .max = 1000.0, .min_open = true}, "Speed at which variance reverts.");
  table.add(key + "heston.mean_variance_per_year", config.heston.mean_variance_per_year, "1/year",
            {.min = 0.0, .max = 25.0, .min_open = true}, "Long-run, and initial, variance.");
  table.add(key + "heston.volatility_of_variance_per_year",
            config.heston.volatility_of_variance_per_year, "1/year", Limits::between(0.01, 20.0),
            "Volatility of the variance.");
  table.add(key + "heston.correlation", config.heston.correlation, "", Limits::between(-1.0, 1.0),
            "Correlation of price and variance shocks.");
  table.add(key + "regime.calm_volatility_per_year", config.regime.calm_volatility_per_year,
            "1/sqrt(year)", Limits::between(0.0, 5.0), "Volatility of the calm regime.");
  table.add(key + "regime.wild_volatility_per_year", config.regime.wild_volatility_per_year,
            "1/sqrt(year)", Limits::between(0.0, 5.0), "Volatility of the wild regime.");
  table.add(key + "regime.calm_mean_days", config.regime.calm_mean_days, "days", Limits::positive(),
            "Mean stay in the calm regime.");
  table.add(key + "regime.wild_mean_days", config.regime.wild_mean_days, "days", Limits::positive(),
            "Mean stay in the wild regime.");
  table.add(key + "bootstrap.mean_block_days", config.bootstrap.mean_block_days, "days",
            Limits::positive(), "Mean length of the blocks that history is resampled in.");
  table.add(key + "bootstrap.keep_drift", config.bootstrap.keep_drift,
            "Keep the growth that the file shows; otherwise drift_per_year replaces it.");
  table.add_path(key + "file", config.file,
                 "History for bootstrap and replay: CSV with a column time (Unix seconds) or date "
                 "(a daily close) and one of prices.");
  table.add(key + "file_column", config.file_column, "Column of the file that holds USD/BTC.");
}

}  // namespace aicmp
