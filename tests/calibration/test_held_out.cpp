#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "sim/calibration/held_out.hpp"
#include "sim/calibration/price_fit.hpp"

using namespace aicmp;

TEST_CASE("a held-out part under the same law is foretold, one under another is not") {
  PriceConfig config;
  std::vector<double> daily = draw_daily_returns(config, 1500, {3, 0, 0});
  const Fit same = held_out_prices(daily, PriceModel::kGbm, 0.2, 5);
  // Each of five checks fails by chance once in 20.
  CHECK(std::count_if(same.checks.begin(), same.checks.end(),
                      [](const Check& check) { return !check.holds(); }) <= 1);
  for (std::size_t d = 1200; d < daily.size(); ++d) daily[d] *= 2.0;
  const Fit other = held_out_prices(daily, PriceModel::kGbm, 0.2, 5);
  REQUIRE(other.checks.front().property == "standard deviation");
  CHECK_FALSE(other.checks.front().holds());
  CHECK_FALSE(other.warnings.empty());
}
