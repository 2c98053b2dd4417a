#pragma once

#include <limits>

namespace aicmp {

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// NaN, not a fault, where there is nothing to divide by.
inline double ratio(double part, double whole) {
  return whole != 0.0 ? part / whole : kNoValue;
}

}  // namespace aicmp
