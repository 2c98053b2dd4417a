#pragma once

#include <cmath>

#include "sim/base/options.hpp"
#include "sim/fleet/asic.hpp"

namespace aicmp {

/// How heat leaves a machine: its boards are `to_coolant_k` above the coolant, and that is
/// `to_air_k` above the air around, when the machine makes its nominal heat and fans (of the
/// machine or of a dry cooler) run at full speed. Air flow is proportional to speed s and the heat
/// leaves with the air, so the second part grows as 1/s; fan power grows as s^3 (fan laws).
struct Cooler {
  double to_coolant_k = 0.0;
  double to_air_k = 35.0;
  double fan_power = 0.07;  // of fans and pumps at full speed, over nominal power
  double least_speed = 0.2;
  double time_constant_s = 120.0;  // of boards and coolant at full speed
};

/// The cooler of a kind of machine; docs/machines.md tells where the numbers come from.
Cooler cooler_of(Cooling cooling);

/// Options `machines.thermal.*` of a group: temperatures of the boards.
struct ThermalConfig {
  double target_c = 70.0;    // that fans hold, as far as they can
  double throttle_c = 75.0;  // above which power is lowered
  double off_c = 80.0;       // above which the machine stops
  double warn_c = 0.0;       // from which the pool tells the owner; 0: by its own threshold
  double ambient_off_c = 47.0;
  double drift_per_k = 0.002;    // of power at constant hash rate, per K above the target
  double chip_above_k = 15.0;    // chips above their boards, at nominal power
  double time_constant_s = 0.0;  // instead of the cooler's; 0 is unset
};

void add_options(OptionTable& table, ThermalConfig& config, const std::string& prefix);

/// Boards at one uniform temperature T, with heat and power in units of the nominal ones:
///   C dT/dt = p (1 + a (T - T_target)) - (T - T_ambient) / R(s),   R(s) = k (r_c + r_a / s).
/// `p` is power at the target temperature, a the drift, k the machine's own resistance over that of
/// its kind (dust, chips). Linear in T, so that steps between control points are exact.
class ThermalModel {
 public:
  ThermalModel(const ThermalConfig& config, const Cooler& cooler);

  /// A machine between two control points, with its fans at one speed.
  struct Regime {
    double fan_speed = 0.0;
    double steady_c = 0.0;
    double rate_per_s = 0.0;  // 1 / time constant
  };

  /// Firmware picks the speed at which the target is the steady state, within what fans can do.
  Regime regime(double power, double ambient_c, double resistance) const {
    const double room_k = target_c_ - ambient_c - power * resistance * to_coolant_k_;
    const double wanted = power * resistance * to_air_k_;
    double speed = 1.0;
    if (wanted < room_k) speed = wanted > least_speed_ * room_k ? wanted / room_k : least_speed_;
    const double r = resistance * (to_coolant_k_ + to_air_k_ / speed);
    const double open = 1.0 - drift_per_k_ * power * r;  // heat escapes faster than it grows
    return {speed, (ambient_c + r * power * (1.0 - drift_per_k_ * target_c_)) / open,
            open / (r * capacity_s_)};
  }

  /// Most power at which boards do not get warmer than `limit_c` with fans at full speed; may be
  /// negative.
  double most_power(double limit_c, double ambient_c, double resistance) const {
    const double r = resistance * (to_coolant_k_ + to_air_k_);
    return (limit_c - ambient_c) / (r * (1.0 + drift_per_k_ * (limit_c - target_c_)));
  }

  /// What `dt_s` in a regime does to a temperature, and its mean over that time.
  struct Step {
    double end_c = 0.0;
    double mean_c = 0.0;
  };
  static Step step(const Regime& regime, double start_c, double dt_s) {
    const double x = regime.rate_per_s * dt_s;
    const double gap = start_c - regime.steady_c;
    if (std::abs(gap) < 1e-9) return {regime.steady_c, regime.steady_c};  // most of the time
    const double end_c = regime.steady_c + gap * std::exp(-x);
    return {end_c, regime.steady_c + (start_c - end_c) / x};
  }

  /// Power of the boards at a temperature, and of fans at a speed, over nominal power.
  double board_power(double power, double mean_c) const {
    return power * (1.0 + drift_per_k_ * (mean_c - target_c_));
  }
  double fan_power(double speed) const { return fan_power_ * speed * speed * speed; }
  /// The most that a machine draws at `power`: fans at full speed, boards as warm as they may get.
  double most_wall_power(double power) const { return board_power(power, off_c_) + fan_power_; }
  /// `power` at which a machine that stops above `off_c` draws `wall` at most; may be negative.
  double power_for(double wall, double off_c) const {
    return (wall - fan_power_) / (1.0 + drift_per_k_ * (off_c - target_c_));
  }
  /// Of chips on boards at `board_c`, which they follow within seconds.
  double chip_c(double board_c, double power) const { return board_c + chip_above_k_ * power; }
  double target_c() const { return target_c_; }
  double throttle_c() const { return throttle_c_; }
  double off_c() const { return off_c_; }
  double ambient_off_c() const { return ambient_off_c_; }
  /// What of a nameplate is left for the boards: it includes fans, measured at 25 C.
  double board_part() const { return board_part_; }
  /// Heat stored per K, in seconds of nominal power.
  double capacity_s() const { return capacity_s_; }

 private:
  double target_c_;
  double throttle_c_;
  double off_c_;
  double ambient_off_c_;
  double drift_per_k_;
  double chip_above_k_;
  double to_coolant_k_;
  double to_air_k_;
  double fan_power_;
  double least_speed_;
  double capacity_s_;
  double board_part_;
};

}  // namespace aicmp
