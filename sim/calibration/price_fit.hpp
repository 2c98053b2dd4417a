#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/calibration/fit.hpp"
#include "sim/market/price.hpp"

namespace aicmp {

/// Estimators of the price models of price.hpp from daily log returns, at least 100 of them. Each
/// writes its parameters into a config.
///
///   gbm     mean and variance
///   merton  maximum likelihood with the number of jumps held within 3 to 8 a year: free, it finds
///           200, a mixture of scales and no jumps (economics.md 6.1)
///   heston  variance, and the autocovariances of squared returns and of returns with later
///           squared ones over 30 days; days of jumps (beyond 4 standard deviations of their
///           time) are left out, which would rule all fourth moments
///   regime  two volatilities by expectation maximisation (Hamilton 1989; Baum et al. 1970)
void fit_gbm(std::span<const double> daily, PriceConfig& config);
void fit_merton(std::span<const double> daily, PriceConfig& config);
void fit_heston(std::span<const double> daily, PriceConfig& config);
void fit_regime(std::span<const double> daily, PriceConfig& config);

/// Daily log returns of the path that `config` makes, `days` of them.
std::vector<double> draw_daily_returns(const PriceConfig& config, std::int64_t days,
                                       const WorldKey& key);

/// One model with standard errors and checks by refitting what the engine draws (kConstant,
/// kBootstrap and kReplay have nothing to fit). `config` gets the parameters, and the model.
Fit fit_price(std::span<const double> daily, PriceModel model, PriceConfig& config,
              std::uint64_t seed);

/// Fits of all four models, the simplest first.
struct PriceFits {
  std::vector<Fit> fits;
  std::size_t best = 0;   // whose checks fail least often, the simplest of equals
  const char* name = "";  // of the best, as market.price.model has it
};

/// `config` becomes the best of them.
PriceFits fit_prices(std::span<const double> daily, PriceConfig& config, std::uint64_t seed);

}  // namespace aicmp
