#pragma once

#include <vector>

#include "sim/attack/connections.hpp"
#include "sim/attack/hijack.hpp"
#include "sim/base/random.hpp"
#include "sim/experiment/choosers.hpp"
#include "sim/experiment/elsewhere.hpp"
#include "sim/experiment/hoppers.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/experiment/spreaders.hpp"
#include "sim/fleet/plant.hpp"
#include "sim/fleet/population.hpp"

namespace aicmp {

/// Where the hash rate of every miner goes: to our pool, to other pools, to a thief, or nowhere.
class Whereabouts {
 public:
  /// `miners` must outlive it.
  Whereabouts(const Scenario& scenario, const Population& miners, const WorldKey& key);

  /// From `now` on: the part of each miner's hash rate that works for our pool.
  std::vector<double> move(Time now, const Plant* plant);
  /// Books what was mined elsewhere, and what nobody mined, up to `now`.
  void book(Time now);
  /// Expected value of a hash elsewhere, in satoshi.
  void set_value(double sat_per_hash);
  /// Hash rate of machines that do not hash for anybody.
  double stopped_hashes_per_s(const Plant* plant) const;

  Hoppers& hoppers() { return hoppers_; }
  Choosers& choosers() { return choosers_; }
  const Choosers& choosers() const { return choosers_; }
  Spreaders& spreaders() { return spreaders_; }
  Connections& connections() { return connections_; }
  const Connections& connections() const { return connections_; }
  Hijack& hijack() { return hijack_; }
  const Hijack& hijack() const { return hijack_; }

  /// What accounts mined while they were away.
  const Elsewhere& elsewhere() const { return elsewhere_; }
  /// What accounts mined for those who hijacked them.
  const Elsewhere& hijacked() const { return hijacked_; }
  /// Hashes that miners did not make because they were cut off; up to the last booking.
  double cut_off_hashes() const { return cut_off_hashes_; }

 private:
  const Population& miners_;
  Hoppers hoppers_;
  Choosers choosers_;
  Spreaders spreaders_;
  Connections connections_;
  Hijack hijack_;
  Elsewhere elsewhere_;
  Elsewhere hijacked_;
  double cut_off_hashes_per_s_ = 0.0;
  double cut_off_hashes_ = 0.0;
  Time booked_;
};

}  // namespace aicmp
