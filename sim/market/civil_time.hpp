#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/units.hpp"

namespace aicmp {

/// Unix seconds of `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS` (also with a T) in UTC, if it is one.
std::optional<std::int64_t> parse_date(std::string_view text);

/// Civil time of a run: the Unix time of simulation time 0 (UTC) and what follows from it.
class CivilTime {
 public:
  /// Of the calendar's mean year, by which seasons go.
  static constexpr double kYearDays = 365.2425;

  explicit CivilTime(std::int64_t start_unix_s) : start_unix_s_(start_unix_s) {}

  std::int64_t start_unix_s() const { return start_unix_s_; }
  std::int64_t unix_s(Time t) const;
  /// Simulation time of a Unix time.
  Time at_unix(std::int64_t unix_s) const;

  /// Share of the day since 00:00 UTC, [0, 1).
  double day_fraction(Time t) const;
  /// Share of the week since Monday 00:00 UTC, [0, 1).
  double week_fraction(Time t) const;
  /// Share of the mean Gregorian year since 1 January 1970, [0, 1): within a day of the date.
  double year_fraction(Time t) const;

 private:
  double fraction(Time t, double period_s, double origin_s) const;

  std::int64_t start_unix_s_;
};

}  // namespace aicmp
