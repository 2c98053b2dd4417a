#pragma once

#include "sim/base/units.hpp"
#include "sim/market/energy.hpp"

namespace aicmp {

/// What constant power costs: the integral of the energy price over time.
class EnergyMeter {
 public:
  explicit EnergyMeter(EnergyPrice price) : price_(std::move(price)) {}

  void advance(Time now);
  /// Cost in USD of 1 W drawn since the start.
  double usd_per_w() const { return usd_per_w_; }
  EnergyPrice& price() const { return price_; }

 private:
  mutable EnergyPrice price_;  // generates its path when asked
  Time metered_;
  double usd_per_w_ = 0.0;
};

}  // namespace aicmp
