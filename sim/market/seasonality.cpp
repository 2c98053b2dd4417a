#include "sim/market/seasonality.hpp"

#include <cmath>

namespace aicmp {
namespace {

constexpr double kWeekS = 7.0 * kSecondsPerDay;
constexpr double kWednesdayNoon = 2.5 / 7.0;

}  // namespace

double Seasonality::at(const CivilTime& civil, Time t) const {
  return 1.0 + daily_amplitude * std::cos(kTurn * (civil.day_fraction(t) - peak_hour_utc / 24.0)) +
         weekly_amplitude * std::cos(kTurn * (civil.week_fraction(t) - kWednesdayNoon));
}

double Seasonality::integral_s(const CivilTime& civil, Time from, Time to) const {
  double integral = (to - from).in_seconds();
  const auto add_wave = [&integral](double amplitude, double period_s, double begin, double end) {
    if (amplitude == 0.0) return;
    integral += amplitude * period_s / kTurn * (std::sin(kTurn * end) - std::sin(kTurn * begin));
  };
  const double peak = peak_hour_utc / 24.0;
  add_wave(daily_amplitude, kSecondsPerDay, civil.day_fraction(from) - peak,
           civil.day_fraction(to) - peak);
  add_wave(weekly_amplitude, kWeekS, civil.week_fraction(from) - kWednesdayNoon,
           civil.week_fraction(to) - kWednesdayNoon);
  return integral;
}

void add_options(OptionTable& table, Seasonality& season, const std::string& prefix) {
  table.add(prefix + "daily_amplitude", season.daily_amplitude, "", Limits::between(0.0, 0.9),
            "Relative swing over the day.");
  table.add(prefix + "weekly_amplitude", season.weekly_amplitude, "", Limits::between(0.0, 0.9),
            "Relative swing over the week; it peaks on Wednesday.");
  table.add(prefix + "peak_hour_utc", season.peak_hour_utc, "h", Limits::between(0.0, 24.0),
            "Hour of the daily peak.");
}

}  // namespace aicmp
