#pragma once

#include <cmath>

/// True if `value` is `printed` to its `digits` digits after the point.
inline bool prints_as(double value, double printed, int digits) {
  return std::abs(value - printed) <= 0.5000001 * std::pow(10.0, -digits);
}
