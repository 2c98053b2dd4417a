#pragma once

#include <cstdint>
#include <string>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

/// Options `grid.*` of a site: charges for power, not energy, by the month of the calendar.
struct GridChargesConfig {
  double demand_usd_per_kw_month = 0.0;  // for the highest mean power of a metering period
  /// For the mean power at the system's peak, one metering period in each month of the season,
  /// which each decide on an equal part of the year's charge (ERCOT's 4CP).
  double peak_usd_per_kw_year = 0.0;
  std::int64_t peak_first_month = 6;
  std::int64_t peak_last_month = 9;
  /// The system's load, whose highest value of a month makes the peak: replay of a CSV as described
  /// in history.hpp, or 1 + cooling max(0, T - 18 C) + daily cos(hour - peak hour) + noise, T being
  /// the air at the site.
  std::string load_file;
  std::string load_column = "da_load_forecast_mw";
  double load_cooling_per_k = 0.025;
  double load_daily_amplitude = 0.1;
  double load_peak_hour = 17.0;
  double load_noise_sd = 0.03;
};

/// `prefix` ends in a dot.
void add_options(OptionTable& table, GridChargesConfig& config, const std::string& prefix);

/// The load of the power system around a site, in any unit (StreamId::kSystemLoad, entity = site).
class SystemLoad {
 public:
  /// Throws ConfigError or IoError; a replay must cover [0, horizon].
  SystemLoad(const GridChargesConfig& config, double utc_offset_hours, const WorldKey& key,
             std::uint32_t site, std::int64_t start_unix_s, Time horizon);

  double at(Time t, double air_c);

 private:
  double cooling_per_k_;
  bool replayed_;
  StepPath path_;  // the load, or its part that does not depend on the air
};

/// Meters the power of a site and charges for it. Times are handed in order and without gaps.
class GridCharges {
 public:
  /// Months are those of the zone; metering periods of that length count from the epoch.
  GridCharges(const GridChargesConfig& config, double utc_offset_hours, std::int64_t start_unix_s,
              Time metering);

  /// Mean power over [from, to], within one metering period, at a load of the system.
  void add(Time from, Time to, double power_w, double system_load);
  /// Charges for what the present month holds so far, once, at the end.
  void close();

  double demand_usd() const { return demand_usd_; }
  double peak_usd() const { return peak_usd_; }
  /// Highest load of the system this month, whole metering periods alone; 0 if there is none.
  double highest_load() const { return highest_load_; }
  /// Whether the system's peak of the month of `t` counts.
  bool in_season(Time t) const;

 private:
  int month(Time t) const;  // since year 0
  std::int64_t period(Time t) const;
  void end_period();
  void end_month();

  GridChargesConfig config_;
  std::int64_t offset_s_;
  std::int64_t metering_s_;
  int month_ = -1;
  std::int64_t period_ = -1;
  double period_ws_ = 0.0;
  double period_s_ = 0.0;
  double period_load_ = 0.0;
  double highest_w_ = 0.0;
  double highest_load_ = 0.0;
  double at_peak_w_ = 0.0;
  double demand_usd_ = 0.0;
  double peak_usd_ = 0.0;
};

}  // namespace aicmp
