#pragma once

#include <string>

#include "sim/base/options.hpp"
#include "sim/base/units.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {

/// A demand that swings by the day and the week:
///   s(t) = 1 + daily cos(2 pi (hour - peak_hour_utc) / 24) + weekly cos(2 pi (day - 2.5) / 7),
/// so it peaks at `peak_hour_utc` and in the middle of Wednesday (day 2.5 after Monday 00:00). Its
/// mean over a week is 1; amplitudes that sum to less than 1 keep it positive.
struct Seasonality {
  double daily_amplitude = 0.25;
  double weekly_amplitude = 0.1;
  double peak_hour_utc = 15.0;

  double at(const CivilTime& civil, Time t) const;
  /// Integral of s over [from, to], in seconds.
  double integral_s(const CivilTime& civil, Time from, Time to) const;
};

/// `prefix` ends in a dot.
void add_options(OptionTable& table, Seasonality& season, const std::string& prefix);

}  // namespace aicmp
