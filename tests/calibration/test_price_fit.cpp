#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "sim/calibration/price_fit.hpp"

using namespace aicmp;

namespace {

constexpr double kErrors = 4.0;  // standard errors
constexpr std::int64_t kDays = 2000;

/// Every fitted parameter of the model lies within its stated error of the truth.
void check_recovery(PriceConfig truth) {
  const std::vector<double> daily = draw_daily_returns(truth, kDays, {11, 0, 0});
  PriceConfig fitted;
  const Fit fit = fit_price(daily, truth.model, fitted, 5);
  CAPTURE(fit.process);
  OptionTable table;
  add_options(table, truth);
  for (const Estimate& estimate : fit.estimates) {
    const auto option = std::find_if(table.options().begin(), table.options().end(),
                                     [&](const Option& each) { return each.key == estimate.key; });
    REQUIRE(option != table.options().end());
    const double expected = **std::get_if<double*>(&option->field);
    CAPTURE(estimate.key);
    CAPTURE(estimate.value);
    CAPTURE(expected);
    CAPTURE(estimate.standard_error);
    CHECK(estimate.standard_error > 0.0);
    CHECK(std::abs(estimate.value - expected) <= kErrors * estimate.standard_error);
  }
}

}  // namespace

TEST_CASE("calibration recovers the parameters of every price model within its stated error") {
  PriceConfig config;
  config.drift_per_year = 0.2;
  config.volatility_per_year = 0.6;
  config.model = PriceModel::kGbm;
  check_recovery(config);
  config.model = PriceModel::kMerton;
  config.merton = {.jumps_per_year = 5.0, .jump_mean_log = -0.02, .jump_sd_log = 0.12};
  check_recovery(config);
  config.model = PriceModel::kHeston;
  check_recovery(config);
  config.model = PriceModel::kRegime;
  check_recovery(config);
}

TEST_CASE("a model that cannot make the data's tails is told so in words") {
  PriceConfig truth;
  truth.model = PriceModel::kMerton;
  truth.merton.jumps_per_year = 8.0;
  const std::vector<double> daily = draw_daily_returns(truth, kDays, {3, 0, 0});
  PriceConfig fitted;
  const PriceFits all = fit_prices(daily, fitted, 5);
  REQUIRE(all.fits.front().process == "price, gbm");
  REQUIRE(!all.fits.front().warnings.empty());
  CHECK(all.fits.front().warnings.front().find("kurtosis") != std::string::npos);
  CHECK(fitted.model == PriceModel::kMerton);
  CHECK(all.name == std::string("merton"));
  CHECK(all.fits[all.best].process == "price, merton");
}
