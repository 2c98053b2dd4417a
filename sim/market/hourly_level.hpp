#pragma once

#include <cstdint>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/price.hpp"

namespace aicmp {

/// When the hour began, by the clock of `local`, that is under way at simulation time 0.
Time hour_at_start(const CivilTime& local);

/// A stationary Gaussian AR(1) of unit variance in hourly steps, whose daily innovations may be
/// correlated with those of the price: e_h = rho z_d / sqrt(24) + sqrt(1 - rho^2) n_h, where z_d is
/// the price innovation of the last full day. It starts in its stationary law.
class HourlyLevel {
 public:
  /// `persistence_per_day` in [0, 1) is the autocorrelation after 24 hours. `prices` must outlive
  /// the level; nullptr, or a price that does not vary, means no correlation.
  HourlyLevel(double persistence_per_day, double price_correlation, PricePath* prices, Rng rng);

  /// The value of the hour that begins at `hour`. To be called once for each hour, in order.
  double next(Time hour);

 private:
  double persistence_;  // of an hour
  double innovation_sd_;
  double correlation_;
  PricePath* prices_;
  Rng rng_;
  double value_;
};

}  // namespace aicmp
