#include "sim/market/civil_time.hpp"

#include <cmath>

namespace aicmp {
namespace {

constexpr double kDayS = 86400.0;
constexpr double kFirstMondayS = 4.0 * kDayS;  // 5 January 1970
constexpr double kYearS = 365.2425 * kDayS;

}  // namespace

std::int64_t CivilTime::unix_s(Time t) const {
  return start_unix_s_ + static_cast<std::int64_t>(std::floor(t.in_seconds()));
}

Time CivilTime::at_unix(std::int64_t unix_s) const {
  return Time::nanoseconds((unix_s - start_unix_s_) * 1'000'000'000);
}

double CivilTime::day_fraction(Time t) const {
  return fraction(t, kDayS, 0.0);
}
double CivilTime::week_fraction(Time t) const {
  return fraction(t, 7.0 * kDayS, kFirstMondayS);
}
double CivilTime::year_fraction(Time t) const {
  return fraction(t, kYearS, 0.0);
}

double CivilTime::fraction(Time t, double period_s, double origin_s) const {
  const double periods =
      (static_cast<double>(start_unix_s_) - origin_s + t.in_seconds()) / period_s;
  return periods - std::floor(periods);
}

}  // namespace aicmp
