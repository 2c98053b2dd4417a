#include "sim/fleet/thermal.hpp"

namespace aicmp {

Cooler cooler_of(Cooling cooling) {
  switch (cooling) {
    case Cooling::kAir:
      break;
    case Cooling::kHydro:
      return {.to_coolant_k = 30.0,
              .to_air_k = 5.0,
              .fan_power = 0.03,
              .least_speed = 0.1,
              .time_constant_s = 300.0};
    case Cooling::kImmersion:
      return {.to_coolant_k = 25.0,
              .to_air_k = 8.0,
              .fan_power = 0.03,
              .least_speed = 0.1,
              .time_constant_s = 1800.0};
  }
  return {};
}

void add_options(OptionTable& table, ThermalConfig& config, const std::string& prefix) {
  const Limits degrees = Limits::between(0.0, 150.0);
  table.add(prefix + "target_c", config.target_c, "C", degrees,
            "Temperature of the boards that fans hold, as far as they can.");
  table.add(prefix + "throttle_c", config.throttle_c, "C", degrees,
            "Temperature of the boards above which power is lowered; off_c or more: never.");
  table.add(prefix + "off_c", config.off_c, "C", degrees,
            "Temperature of the boards above which the machine stops: the owner's limit.");
  table.add(prefix + "warn_c", config.warn_c, "C", degrees,
            "Temperature of the boards from which the owner wants a notice of the pool; 0: "
            "pool.monitor.temperature.hot_c.");
  table.add(prefix + "ambient_off_c", config.ambient_off_c, "C", degrees,
            "Temperature of the air above which the machine stops.");
  table.add(prefix + "drift_per_k", config.drift_per_k, "1/K", Limits::between(0.0, 0.005),
            "Growth of power at constant hash rate, per K of the boards above target_c.");
  table.add(prefix + "chip_above_k", config.chip_above_k, "K", Limits::between(0.0, 60.0),
            "Temperature of chips above that of their boards, at nominal power (Luxor: about 15).");
  table.add(prefix + "time_constant_s", config.time_constant_s, "s", Limits::between(0.0, 86'400.0),
            "Time constant of boards and coolant at full fans; 0: that of the kind of cooling.");
}

ThermalModel::ThermalModel(const ThermalConfig& config, const Cooler& cooler)
    : target_c_(config.target_c),
      throttle_c_(config.throttle_c),
      off_c_(config.off_c),
      ambient_off_c_(config.ambient_off_c),
      drift_per_k_(config.drift_per_k),
      chip_above_k_(config.chip_above_k),
      to_coolant_k_(cooler.to_coolant_k),
      to_air_k_(cooler.to_air_k),
      fan_power_(cooler.fan_power),
      least_speed_(cooler.least_speed) {
  const double time_constant_s =
      config.time_constant_s > 0.0 ? config.time_constant_s : cooler.time_constant_s;
  capacity_s_ = time_constant_s / (cooler.to_coolant_k + cooler.to_air_k);
  const double speed = regime(1.0, 25.0, 1.0).fan_speed;
  board_part_ = 1.0 / (1.0 + fan_power(speed));
}

}  // namespace aicmp
