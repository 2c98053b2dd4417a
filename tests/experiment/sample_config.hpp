#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// A configuration with an option of every kind, for tests of loader, writer and schema.
enum class SampleScheme { kPps, kPplns, kEta };

struct SampleMode {
  double power_w = 3000.0;
};

struct SampleGroup {
  std::string model = "S19";
  std::int64_t count = 10;
  double ambient_c = 20.0;
  std::vector<SampleMode> modes;
};

struct SampleConfig {
  std::string name = "sample";
  std::int64_t miners = 100;
  double fee = 0.01;
  double rate_hashes_per_s = 1e14;
  bool replay = false;
  SampleScheme scheme = SampleScheme::kPps;
  std::string history;
  std::vector<double> tariff_usd_per_mwh = {40.0, 55.5};
  std::vector<std::string> tags = {"a", "b"};
  std::vector<SampleGroup> groups = {SampleGroup{}};
};

inline void add_options(OptionTable& table, SampleMode& mode) {
  table.add("power_w", mode.power_w, "W", Limits::positive(), "power draw");
}

inline void add_options(OptionTable& table, SampleGroup& group) {
  table.add("model", group.model, "name of the machine");
  table.add("count", group.count, "", Limits::at_least(1), "number of machines");
  table.add("cooling.ambient_c", group.ambient_c, "degC", Limits::between(-60, 60), "inlet air");
  table.add_tables<SampleMode>("modes", group.modes, add_options, "power modes");
}

inline void add_options(OptionTable& table, SampleConfig& config) {
  table.add("name", config.name, "shown in reports");
  table.add("pool.miners", config.miners, "", Limits::between(1, 1e6), "number of miners");
  table.add("pool.fee", config.fee, "fraction", Limits::between(0, 1), "kept from each payout");
  table.add("pool.rate_hashes_per_s", config.rate_hashes_per_s, "H/s", Limits::positive(),
            "hash rate of the whole pool");
  table.add_choice<SampleScheme>(
      "pool.scheme", config.scheme,
      {{"pps", SampleScheme::kPps}, {"pplns", SampleScheme::kPplns}, {"eta", SampleScheme::kEta}},
      "how miners are paid");
  table.add("market.price.replay", config.replay, "take prices from history");
  table.add_path("market.price.history", config.history, "CSV with history");
  table.add("market.tariff_usd_per_mwh", config.tariff_usd_per_mwh, "USD/MWh", Limits{},
            "price of energy by hour");
  table.add("tags", config.tags, "labels");
  table.add_tables<SampleGroup>("pool.groups", config.groups, add_options, "machines by kind");
}

inline OptionTable options_of(SampleConfig& config) {
  OptionTable table;
  add_options(table, config);
  return table;
}

}  // namespace aicmp
