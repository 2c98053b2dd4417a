#include <set>
#include <string>
#include <variant>

#include <doctest/doctest.h>

#include "sim/base/options.hpp"
#include "sim/market/energy.hpp"
#include "sim/market/fees.hpp"
#include "sim/market/price.hpp"

using namespace aicmp;

TEST_CASE("every option of the market has one name, and a default that it allows") {
  PriceConfig price;
  FeeConfig fees;
  EnergyConfig energy;
  OptionTable table;
  add_options(table, price);
  add_options(table, fees);
  add_options(table, energy);
  std::set<std::string> keys;
  for (const Option& option : table.options()) {
    CAPTURE(option.key);
    CHECK(keys.insert(option.key).second);
    CHECK(!option.help.empty());
    if (const auto* number = std::get_if<double*>(&option.field)) {
      CHECK(option.limits.contains(**number));
    }
    if (const auto* number = std::get_if<std::int64_t*>(&option.field)) {
      CHECK(option.limits.contains(static_cast<double>(**number)));
    }
  }
  CHECK(keys.contains("market.price.model"));
  CHECK(keys.contains("market.fees.statistical.regime_median_btc"));
  CHECK(keys.contains("market.mempool.season.daily_amplitude"));
  CHECK(keys.contains("energy.market.spikes_per_year"));

  OptionTable site;
  add_options(site, energy, "");
  CHECK(site.options().front().key == "model");
}
