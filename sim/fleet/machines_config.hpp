#pragma once

#include <string>

#include "sim/base/options.hpp"
#include "sim/fleet/failures.hpp"
#include "sim/fleet/thermal.hpp"

namespace aicmp {

/// Options `machines.*` of a group: whether each of its machines has a life of its own, and which.
struct MachinesConfig {
  bool modelled = false;
  double max_power_w = 0.0;  // the owner's limit of one machine; 0 is none
  double start_minutes = 10.0;
  double ramp_minutes = 5.0;
  double start_power = 1.0;  // over that of hashing, while it starts
  double sleep_power = 0.02;
  double power_sigma = 0.03;       // standard deviation of ln(power) between machines
  double resistance_sigma = 0.05;  // of ln(thermal resistance)
  double dust_per_year = 0.05;     // growth of the thermal resistance
  double aging_per_year = 0.0;     // growth of power at constant hash rate
  bool notices = false;            // every failure and repair in events.jsonl
  ThermalConfig thermal;
  FailureConfig failures;
};

/// `prefix` ends in a dot.
void add_options(OptionTable& table, MachinesConfig& config, const std::string& prefix);

}  // namespace aicmp
