#pragma once

#include <cstdint>

#include "sim/base/random.hpp"

namespace aicmp {

/// A stationary Gaussian AR(1) of unit variance in hourly steps, whose daily innovations may be
/// correlated with those of the price: e_h = rho z_d / sqrt(24) + sqrt(1 - rho^2) n_h, where z_d is
/// the price innovation of the last full day. It starts in its stationary law.
class HourlyLevel {
 public:
  /// `persistence_per_day` in [0, 1) is the autocorrelation after 24 hours.
  HourlyLevel(double persistence_per_day, double price_correlation, Rng rng);

  /// The next hour's value; the first call gives the value of the first hour.
  double next(double price_innovation);

 private:
  double persistence_;
  double innovation_sd_;
  double correlation_;
  Rng rng_;
  double value_ = 0.0;
  bool started_ = false;
};

}  // namespace aicmp
