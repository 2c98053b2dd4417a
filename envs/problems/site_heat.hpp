#pragma once

#include <optional>
#include <string>

#include "sim/base/random.hpp"
#include "sim/fleet/thermal.hpp"

namespace aicmp {

/// Options `heat.*`: how machines are cooled, and the air by the hour.
struct SiteHeatConfig {
  std::optional<Cooling> cooling;  // nothing: heat is ignored
  double time_constant_s = 0.0;    // of boards and coolant at full fans; 0: that of the cooling
  double ambient_mean_c = 25.0;
  double ambient_daily_c = 6.0;
  double ambient_peak_hour = 16.0;  // of the day, UTC
  double ambient_noise_c = 3.0;     // an AR(1) of hours
};

/// `prefix` ends in a dot.
void add_options(OptionTable& table, SiteHeatConfig& config, const std::string& prefix);

/// Heat of a site whose machines all do the same (ThermalModel, one temperature of the boards).
/// Firmware lets the boards get as warm as they may and then holds them there, so that what has
/// cooled down can run at more than its cooling carries for a while.
class SiteHeat {
 public:
  /// For steps of `step_hours`; `config.cooling` is set.
  SiteHeat(const SiteHeatConfig& config, double step_hours);

  /// Numbers over those of nameplate, and the boards at the end, C.
  struct Step {
    double power = 0.0;  // drawn, fans included
    double part = 0.0;   // of the hash rate that the mode has while it is cool
    double board_c = 0.0;
  };
  /// A step in a mode of `power` over nameplate that runs, or sleeps.
  Step run(double power, bool runs, double air_c, double board_c) const;
  /// Where boards settle in air of `air_c` at nameplate power.
  double steady_c(double air_c) const;

  /// The air at an hour of the day, and how far it is from that.
  double usual_ambient_c(double hour) const;
  double first_noise_c(Rng& rng) const;
  double next_noise_c(double noise_c, Rng& rng) const;

 private:
  SiteHeatConfig config_;
  ThermalModel model_;
  double step_s_;
  double persistence_;  // of the noise, in a step
  double news_c_;       // standard deviation of what a step adds to it
};

}  // namespace aicmp
