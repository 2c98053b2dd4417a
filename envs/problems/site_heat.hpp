#pragma once

#include "sim/fleet/thermal.hpp"

namespace aicmp {

/// Heat of a site whose machines all do the same (ThermalModel, one temperature of the boards).
/// Firmware lets the boards get as warm as they may and then holds them there, so that what has
/// cooled down can run at more than its cooling carries for a while.
class SiteHeat {
 public:
  /// `time_constant_s` of boards and coolant at full fans; 0: that of the kind of cooling.
  SiteHeat(Cooling cooling, double time_constant_s);

  /// Numbers over those of nameplate, and the boards at the end, C.
  struct Step {
    double power = 0.0;  // drawn, fans included
    double part = 0.0;   // of the hash rate that the mode has while it is cool
    double board_c = 0.0;
  };
  /// `hours` in a mode of `power` over nameplate that runs, or sleeps.
  Step run(double power, bool runs, double air_c, double board_c, double hours) const;
  /// Where boards settle in air of `air_c` at nameplate power.
  double steady_c(double air_c) const;

 private:
  ThermalConfig limits_;
  ThermalModel model_;
};

}  // namespace aicmp
