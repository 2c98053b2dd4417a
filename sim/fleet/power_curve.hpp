#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/fleet/asic.hpp"

namespace aicmp {

/// Power of one machine against its hash rate, both at the wall and at the reference temperature.
///
/// A machine in one of its listed modes runs a firmware that offers those of the same source: the
/// curve passes through them (and through the nameplate where that keeps J/TH from falling) by a
/// power law between neighbours. At its nameplate a machine has the maker's firmware, which only
/// lowers the clock: P = P0 (h / h0)^1.64 down to .56 of the hash rate, the law and the range below
/// nameplate of the one long preset table that is published (VNish 1.2.6 on an Antminer S19, worst
/// residual 4.8 %).
class PowerCurve {
 public:
  /// `mode` is a mode of the model, or empty for its nameplate.
  PowerCurve(const AsicModel& model, std::string_view mode);

  /// The presets, or the ends of the range where none are published; by hash rate.
  std::span<const OperatingPoint> points() const { return points_; }
  double min_ths() const { return points_.front().hashrate_ths; }
  double max_ths() const { return points_.back().hashrate_ths; }
  double min_power_w() const { return points_.front().power_w; }
  double max_power_w() const { return points_.back().power_w; }

  /// `ths` is held to the range.
  double power_w(double ths) const;
  /// Most hash rate at no more than `power_w`, which is held to the range.
  double ths_at(double power_w) const;
  /// The point that earns most, `usd_per_ths_hour` for hash rate less `usd_per_kwh` for energy,
  /// among points of at most `limit_w`: the optimum of the power law within each segment.
  OperatingPoint best(double usd_per_ths_hour, double usd_per_kwh, double limit_w) const;

 private:
  std::vector<OperatingPoint> points_;
  std::vector<double> exponents_;  // of each segment
};

}  // namespace aicmp
