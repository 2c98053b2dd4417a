#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

enum class EnergyModel { kFlat, kTimeOfUse, kMarket, kReplay };

/// Options energy.* (or those of one site). Prices in USD/MWh.
struct EnergyConfig {
  EnergyModel model = EnergyModel::kFlat;
  double flat_usd_per_mwh = 50.0;
  /// Zone of tariffs, seasons and `time_local` columns; standard time all year.
  double utc_offset_hours = 0.0;

  /// 24 prices each, one for each local hour. By default 35, and 90 from 16 to 20 on weekdays.
  struct TimeOfUse {
    std::vector<double> weekday_usd_per_mwh;
    std::vector<double> weekend_usd_per_mwh;
    TimeOfUse();
  } time_of_use;

  /// A market price. Normally it is m s(t) exp(x - var / 2), where log-price x is an
  /// Ornstein-Uhlenbeck process and s(t) = 1 + a cos(day) + b cos(year); in a spike a Pareto
  /// variable, bounded, comes on top; in a glut the price is minus an exponential variable instead.
  /// Stays are geometric in steps, and size is drawn once for each spike and glut. Defaults:
  /// moments of the ERCOT hub average in real time, hourly, 2024 and 2025.
  struct Market {
    double step_minutes = 60.0;
    double base_usd_per_mwh = 23.0;  // m
    double base_sd_log = 0.5;        // of x
    double base_half_life_hours = 4.0;
    double daily_amplitude = 0.3;  // a
    double peak_hour = 18.5;
    double yearly_amplitude = 0.0;  // b
    double peak_day_of_year = 200.0;
    double spikes_per_year = 125.0;
    double spike_mean_hours = 2.4;
    double spike_min_usd_per_mwh = 50.0;
    double spike_max_usd_per_mwh = 5000.0;
    double spike_tail_index = 1.3;
    double gluts_per_year = 65.0;
    double glut_mean_hours = 3.7;
    double glut_mean_usd_per_mwh = 5.0;
  } market;

  /// Replay: a CSV as described in history.hpp.
  struct Replay {
    std::string file;
    std::string column = "price_usd_mwh";
  } replay;
};

/// `prefix` ends in a dot, or is empty for keys relative to a table.
void add_options(OptionTable& table, EnergyConfig& config, const std::string& prefix = "energy.");

/// Price of energy at one site as a step function of time (StreamId::kEnergy, entity = site).
class EnergyPrice {
 public:
  /// Throws ConfigError or IoError for contradictory options and unusable files; a replay must
  /// cover [0, horizon]. Nothing else throws.
  EnergyPrice(const EnergyConfig& config, const WorldKey& key, std::uint32_t site,
              std::int64_t start_unix_s, Time horizon);

  /// May be negative. `t` must be 0 or later.
  double usd_per_mwh(Time t) { return path_.at(t); }
  /// First time after `t` at which the price may change: a control point.
  Time next_change(Time t) { return path_.next_change(t); }
  /// Mean over [from, to], which must not be empty.
  double mean_usd_per_mwh(Time from, Time to);

 private:
  StepPath path_;
};

}  // namespace aicmp
