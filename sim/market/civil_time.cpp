#include "sim/market/civil_time.hpp"

#include <charconv>
#include <chrono>
#include <cmath>

namespace aicmp {
namespace {

constexpr double kFirstMondayS = 4.0 * kSecondsPerDay;  // 5 January 1970

/// Reads the digits of text[begin, begin + count); -1 where there are others.
int digits(std::string_view text, std::size_t begin, std::size_t count) {
  int value = -1;
  const char* first = text.data() + begin;
  const auto [end, error] = std::from_chars(first, first + count, value);
  return error == std::errc() && end == first + count ? value : -1;
}

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
  const bool has_clock = text.size() == 19;
  if (!has_clock && text.size() != 10) return std::nullopt;
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  std::int64_t unix_s =
      std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400};
  if (!has_clock) return unix_s;

  if (text[13] != ':' || text[16] != ':') return std::nullopt;
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  return unix_s + hour * 3600 + minute * 60 + second;
}

std::int64_t CivilTime::unix_s(Time t) const {
  return start_unix_s_ + static_cast<std::int64_t>(std::floor(t.in_seconds()));
}

Time CivilTime::at_unix(std::int64_t unix_s) const {
  return Time::nanoseconds((unix_s - start_unix_s_) * 1'000'000'000);
}

double CivilTime::day_fraction(Time t) const {
  return fraction(t, kSecondsPerDay, 0.0);
}
double CivilTime::week_fraction(Time t) const {
  return fraction(t, 7.0 * kSecondsPerDay, kFirstMondayS);
}
double CivilTime::year_fraction(Time t) const {
  return fraction(t, kYearDays * kSecondsPerDay, 0.0);
}

double CivilTime::fraction(Time t, double period_s, double origin_s) const {
  const double periods =
      (static_cast<double>(start_unix_s_) - origin_s + t.in_seconds()) / period_s;
  return periods - std::floor(periods);
}

}  // namespace aicmp
