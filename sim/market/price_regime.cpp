#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/market/price_models.hpp"

namespace aicmp {
namespace {

/// Two volatilities that alternate, with geometric stays in steps (Hamilton 1989). It starts in
/// its stationary law.
class Regime final : public GridPrice {
 public:
  Regime(const PriceConfig& config, const WorldKey& key)
      : GridPrice(config.initial_usd, Time::hours(config.step_hours)), rng_(key, StreamId::kPrice) {
    const double step_days = config.step_hours / 24.0;
    const double years = step_days / kDaysPerMarketYear;
    const auto state = [&](double volatility, double mean_days) {
      return State{(config.drift_per_year - 0.5 * volatility * volatility) * years,
                   volatility * std::sqrt(years), step_days / mean_days};
    };
    states_[0] = state(config.regime.calm_volatility_per_year, config.regime.calm_mean_days);
    states_[1] = state(config.regime.wild_volatility_per_year, config.regime.wild_mean_days);
    const double stay = config.regime.calm_mean_days + config.regime.wild_mean_days;
    current_ = uniform(rng_) * stay < config.regime.calm_mean_days ? 0 : 1;
  }

 private:
  struct State {
    double drift;
    double diffusion;
    double leaving;  // probability per step
  };

  double next_log_return() override {
    const State& state = states_[current_];
    if (uniform(rng_) < state.leaving) current_ = 1 - current_;
    return state.drift + state.diffusion * normal(rng_);
  }

  Rng rng_;
  State states_[2];
  std::size_t current_;
};

}  // namespace

PriceProcess regime_price(const PriceConfig& config, const WorldKey& key) {
  const PriceConfig::Regime& regime = config.regime;
  if (std::min(regime.calm_mean_days, regime.wild_mean_days) * 24.0 < config.step_hours) {
    throw ConfigError({}, "market.price.regime", "a regime must last for a step or longer",
                      fmt::format(">= {} days", config.step_hours / 24.0));
  }
  const double calm = regime.calm_volatility_per_year * regime.calm_volatility_per_year;
  const double wild = regime.wild_volatility_per_year * regime.wild_volatility_per_year;
  const double variance = (calm * regime.calm_mean_days + wild * regime.wild_mean_days) /
                          (regime.calm_mean_days + regime.wild_mean_days);
  return {std::make_unique<Regime>(config, key),
          (config.drift_per_year - 0.5 * variance) / kDaysPerMarketYear,
          std::sqrt(variance / kDaysPerMarketYear)};
}

}  // namespace aicmp
