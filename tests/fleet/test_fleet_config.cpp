#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/fleet/fleet_config.hpp"

namespace aicmp {
namespace {

/// What check() says of a fleet of two groups that `change` has spoilt; empty if it accepts.
std::string fault(const std::function<void(FleetConfig&)>& change) {
  FleetConfig config;
  config.groups.resize(2);
  config.groups[1].name = "others";
  change(config);
  try {
    check(config, 1);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

const Option& option(const OptionTable& table, const std::string& key) {
  for (const Option& candidate : table.options()) {
    if (candidate.key == key) return candidate;
  }
  throw std::runtime_error("no option " + key);
}

}  // namespace

TEST_CASE("the default fleet, a mode and every size are accepted") {
  CHECK_NOTHROW(check(FleetConfig(), 1));
  CHECK(fault([](FleetConfig&) {}) == "");
  CHECK(fault([](FleetConfig& fleet) {
          fleet.groups[0].asic = "Antminer S19";
          fleet.groups[0].mode = "1100 W";
        }) == "");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[0].mean_ths = 5000.0; }) == "");
  CHECK(fault([](FleetConfig& fleet) {
          fleet.groups[0].size.shape = SizeShape::kList;
          fleet.groups[0].size.list_ths = {1.0, 2.0};
        }) == "");
}

TEST_CASE("what contradicts itself is refused with its key") {
  CHECK(fault([](FleetConfig& fleet) { fleet.groups.clear(); }) ==
        "fleet.groups: at least one is needed");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[0].name = "others"; }) ==
        "fleet.groups[1].name: 'others' is the name of two groups");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[1].name = ""; }) ==
        "fleet.groups[1].name: is empty");
  CHECK(fault([](FleetConfig& fleet) {
          fleet.groups[1].asic = "Antminer S22";
        }).starts_with("fleet.groups[1].asic: there is no machine model 'Antminer S22'"));
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[0].mode = "eco"; }) ==
        "fleet.groups[0].mode: 'Antminer S21' has no mode 'eco' (allowed: none)");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[1].energy_site = 1; }) ==
        "fleet.groups[1].energy_site: there is no energy site 1 (allowed: [0, 0])");
  CHECK(fault([](FleetConfig& fleet) {
          fleet.groups[0].mean_machines = 3.0;
          fleet.groups[0].mean_ths = 100.0;
        }) == "fleet.groups[0].mean_ths: contradicts mean_machines; give one of them");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[0].size.shape = SizeShape::kList; }) ==
        "fleet.groups[0].list_ths: size = list needs at least one hash rate");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[0].size.list_ths = {1.0}; }) ==
        "fleet.groups[0].list_ths: is used only by size = list");
  CHECK(fault([](FleetConfig& fleet) {
          fleet.groups[0].size.shape = SizeShape::kList;
          fleet.groups[0].size.list_ths = {1.0};
          fleet.groups[0].mean_ths = 5.0;
        }) == "fleet.groups[0].mean_ths: contradicts size = list, which has a mean of its own");
}

TEST_CASE("fleets beyond the bounds are refused") {
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[0].count = kMaxMiners; }) ==
        "fleet.groups: the counts sum to 10001000 accounts (allowed: <= 10000000)");
  CHECK(fault([](FleetConfig& fleet) { fleet.groups[1].mean_machines = 1e8; }) ==
        "fleet.groups[1].mean_machines: makes 2e+10 TH/s a miner (allowed: <= 1e+09 TH/s)");
}

TEST_CASE("no option lets in zero miners, negative hash rates or 10^30 H/s") {
  GroupConfig group;
  OptionTable table;
  add_options(table, group);
  CHECK_FALSE(option(table, "count").limits.contains(0.0));
  CHECK_FALSE(option(table, "count").limits.contains(1e7 + 1.0));
  for (const char* key : {"mean_ths", "max_ths", "list_ths"}) {
    CAPTURE(key);
    CHECK_FALSE(option(table, key).limits.contains(-1.0));
    CHECK_FALSE(option(table, key).limits.contains(1e30 / 1e12));
    CHECK(option(table, key).limits.contains(1e21 / 1e12));
  }
  CHECK_FALSE(option(table, "alpha").limits.contains(1.0));
}

TEST_CASE("every default of a group lies within its limits") {
  GroupConfig group;
  AsicConfig asic;
  OptionTable table;
  OptionTable asic_options;
  add_options(table, group);
  add_options(asic_options, asic);
  for (const OptionTable* options : {&table, &asic_options}) {
    for (const Option& entry : options->options()) {
      CAPTURE(entry.key);
      CHECK_FALSE(entry.help.empty());
      if (const auto* field = std::get_if<double*>(&entry.field)) {
        CHECK(entry.limits.contains(**field));
      }
      if (const auto* field = std::get_if<std::int64_t*>(&entry.field)) {
        CHECK(entry.limits.contains(static_cast<double>(**field)));
      }
    }
  }
}

}  // namespace aicmp
