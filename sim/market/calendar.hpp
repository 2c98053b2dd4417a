#pragma once

#include <cstdint>

#include "sim/base/units.hpp"

namespace aicmp {

/// Civil time of a run: the Unix time of simulation time 0 (UTC) and what follows from it.
class Calendar {
 public:
  explicit Calendar(std::int64_t start_unix_s) : start_unix_s_(start_unix_s) {}

  std::int64_t start_unix_s() const { return start_unix_s_; }
  /// Simulation time of a Unix time.
  Time at_unix(std::int64_t unix_s) const;
  /// Hour of the day, [0, 24), in the zone `utc_offset_hours` east of Greenwich.
  double hour_of_day(Time t, double utc_offset_hours = 0.0) const;
  /// Days since Monday 00:00, [0, 7).
  double day_of_week(Time t, double utc_offset_hours = 0.0) const;
  /// Share of the mean Gregorian year since 1 January 1970, [0, 1); within a day of the date.
  double year_fraction(Time t) const;

 private:
  std::int64_t start_unix_s_;
};

/// A demand that swings by the day and the week:
/// 1 + daily cos(2 pi (hour - peak_hour_utc) / 24) + weekly cos(2 pi (day - 2.5) / 7),
/// so it peaks at `peak_hour_utc` and in the middle of Wednesday; its mean over a week is 1.
struct Seasonality {
  double daily_amplitude = 0.25;
  double weekly_amplitude = 0.1;
  double peak_hour_utc = 15.0;

  double at(const Calendar& calendar, Time t) const;
  /// Integral over [from, to], in seconds.
  double integral_s(const Calendar& calendar, Time from, Time to) const;
};

}  // namespace aicmp
