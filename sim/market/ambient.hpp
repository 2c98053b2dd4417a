#pragma once

#include <cstdint>
#include <string>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

enum class AmbientModel { kConstant, kSeasons, kReplay };

/// Options `ambient.*` of a site: temperature of the air that its machines draw in, by the hour.
struct AmbientConfig {
  AmbientModel model = AmbientModel::kConstant;
  double mean_c = 25.0;
  /// Seasons: mean + daily cos(day) + yearly cos(year) + noise, an AR(1) of hours.
  double daily_amplitude_c = 6.0;
  double peak_hour = 16.0;  // local
  double yearly_amplitude_c = 10.0;
  double peak_day_of_year = 205.0;
  double noise_sd_c = 3.0;
  double noise_persistence_per_day = 0.7;
  /// On top of any model, from midnight UTC of a day of the run on.
  double heat_wave_day = 0.0;
  double heat_wave_days = 0.0;  // 0 is none
  double heat_wave_rise_c = 0.0;
  /// Replay: a CSV as described in history.hpp, local times in the zone of the site's energy.
  std::string file;
  std::string column = "temp_c";
};

/// `prefix` ends in a dot.
void add_options(OptionTable& table, AmbientConfig& config, const std::string& prefix);

/// Temperature at a site as a step function of time (StreamId::kAmbient, entity = site).
class Ambient {
 public:
  /// Throws ConfigError (key `ambient.file`) or IoError; a replay must cover [0, horizon].
  Ambient(const AmbientConfig& config, double utc_offset_hours, const WorldKey& key,
          std::uint32_t site, std::int64_t start_unix_s, Time horizon);

  double at(Time t);

 private:
  AmbientConfig config_;
  StepPath path_;
};

}  // namespace aicmp
