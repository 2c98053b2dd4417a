#pragma once

#include <cstdint>
#include <span>

#include "sim/base/units.hpp"
#include "sim/pool/decaying_scores.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// Hash rates as ETA-T and ETA-PPS see them: every miner's credited work, each share fading as
/// e^(-age / tau). Up to one factor for all, so only ratios mean something. Counts between control
/// points are taken as spread evenly over their time.
class HashEstimate {
 public:
  HashEstimate(std::size_t miners, double tau_h) : tau_s_(tau_h * 3600.0), work_(miners) {}

  /// True if values() were rescaled.
  bool add(const CreditedShare& share);
  /// Adds this part of the counts.
  bool add_counts(const WorkBatch& batch, double part = 1.0);

  std::span<const double> values() const { return work_.values(); }

 private:
  bool fade_to(Time time);

  double tau_s_;
  DecayingScores work_;
  Time now_;
};

}  // namespace aicmp
