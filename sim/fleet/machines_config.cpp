#include "sim/fleet/machines_config.hpp"

namespace aicmp {

void add_options(OptionTable& table, MachinesConfig& config, const std::string& prefix) {
  const Limits sigma = Limits::between(0.0, 0.3);
  table.add(prefix + "modelled", config.modelled,
            "Whether each machine has power, temperature and failures of its own. Miners then have "
            "whole machines.");
  table.add(prefix + "max_power_w", config.max_power_w, "W", Limits::between(0.0, 1e7),
            "Most that a machine may draw, fans included: the owner's limit; 0: none.");
  table.add(prefix + "start_minutes", config.start_minutes, "min", Limits::between(0.0, 1440.0),
            "Time from start to the first hash.");
  table.add(prefix + "ramp_minutes", config.ramp_minutes, "min", Limits::between(0.0, 1440.0),
            "Time from the first hash to full hash rate.");
  table.add(prefix + "start_power", config.start_power, "", Limits::between(0.0, 1.0),
            "Power while a machine starts, over that of full hash rate.");
  table.add(prefix + "sleep_power", config.sleep_power, "", Limits::between(0.0, 1.0),
            "Power of a stopped machine, over its nameplate.");
  table.add(prefix + "power_sigma", config.power_sigma, "", sigma,
            "Standard deviation of ln(power) between machines, at equal hash rate.");
  table.add(prefix + "resistance_sigma", config.resistance_sigma, "", sigma,
            "Standard deviation of ln(thermal resistance) between machines.");
  table.add(prefix + "dust_per_year", config.dust_per_year, "1/year", Limits::between(0.0, 1.0),
            "Growth of the thermal resistance by dust.");
  table.add(prefix + "aging_per_year", config.aging_per_year, "1/year", Limits::between(0.0, 1.0),
            "Growth of power at equal hash rate.");
  table.add(prefix + "notices", config.notices, "Whether every failure goes to events.jsonl.");
  add_options(table, config.thermal, prefix + "thermal.");
  add_options(table, config.failures, prefix + "failures.");
}

}  // namespace aicmp
