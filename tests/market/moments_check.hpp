#pragma once

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/moments.hpp"

namespace aicmp::test {

/// Four standard errors: with the few hundred checks of this room and fixed seeds, a correct model
/// passes unless a seed is one in a hundred.
inline constexpr double kErrors = 4.0;

/// Is the mean of independent samples as expected?
inline void check_mean(const Moments& samples, double expected) {
  CAPTURE(samples.mean());
  CAPTURE(expected);
  CAPTURE(samples.standard_error());
  CHECK(std::abs(samples.mean() - expected) <= kErrors * samples.standard_error());
}

/// Are mean and variance as expected? The error of the variance is from the fourth moment.
inline void check_mean_and_variance(const std::vector<double>& samples, double mean,
                                    double variance) {
  Moments first;
  Moments second;
  for (double sample : samples) {
    first.add(sample);
    second.add((sample - mean) * (sample - mean));
  }
  check_mean(first, mean);
  check_mean(second, variance);
}

}  // namespace aicmp::test
