#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/market/price_models.hpp"

namespace aicmp {
namespace {

/// Merton (1976): d log S = (mu - sigma^2 / 2 - lambda k) dt + sigma dW + jumps, normal in log,
/// k = E[exp(jump)] - 1. Sampled exactly on the grid.
class Merton final : public GridPrice {
 public:
  Merton(const PriceConfig& config, double jumps_per_year, const WorldKey& key)
      : GridPrice(config.initial_usd, Time::hours(config.step_hours)),
        jump_mean_(config.merton.jump_mean_log),
        jump_sd_(config.merton.jump_sd_log),
        rng_(key, StreamId::kPrice) {
    const double years = config.step_hours / (24.0 * kDaysPerMarketYear);
    const double variance = config.volatility_per_year * config.volatility_per_year;
    const double compensator = std::expm1(jump_mean_ + 0.5 * jump_sd_ * jump_sd_);
    drift_ = (config.drift_per_year - 0.5 * variance - jumps_per_year * compensator) * years;
    diffusion_ = config.volatility_per_year * std::sqrt(years);
    jumps_ = jumps_per_year * years;
  }

 private:
  double next_log_return() override {
    double log_return = drift_ + diffusion_ * normal(rng_);
    const auto jumps = static_cast<double>(poisson(rng_, jumps_));
    if (jumps > 0.0) log_return += jumps * jump_mean_ + std::sqrt(jumps) * jump_sd_ * normal(rng_);
    return log_return;
  }

  double jump_mean_;
  double jump_sd_;
  double drift_;
  double diffusion_;
  double jumps_;
  Rng rng_;
};

}  // namespace

PriceProcess merton_price(const PriceConfig& config, const WorldKey& key) {
  const double jumps_per_year =
      config.model == PriceModel::kMerton ? config.merton.jumps_per_year : 0.0;
  const double mean = config.merton.jump_mean_log;
  const double sd = config.merton.jump_sd_log;
  const double diffusive = config.volatility_per_year * config.volatility_per_year;
  const double compensator = std::expm1(mean + 0.5 * sd * sd);

  PriceProcess process;
  process.path = std::make_unique<Merton>(config, jumps_per_year, key);
  process.daily_mean_log =
      (config.drift_per_year - 0.5 * diffusive + jumps_per_year * (mean - compensator)) /
      kDaysPerMarketYear;
  process.daily_sd_log =
      std::sqrt((diffusive + jumps_per_year * (mean * mean + sd * sd)) / kDaysPerMarketYear);
  return process;
}

}  // namespace aicmp
