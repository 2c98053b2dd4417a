#pragma once

#include <vector>

#include "sim/base/units.hpp"
#include "sim/fleet/fleet_config.hpp"
#include "sim/fleet/population.hpp"

namespace aicmp {

/// Pool hoppers: groups that leave when the present round of the pool holds a certain work, and
/// come back when the pool finds a block (Rosenfeld 2011, arXiv:1112.4980, section 3.1).
class Hoppers {
 public:
  Hoppers(const FleetConfig& fleet, const Population& miners);

  bool exist() const { return !thresholds_.empty(); }
  /// From `now` on the pool works at `difficulties_per_s`: work per second over network difficulty.
  void set_pace(Time now, double difficulties_per_s);
  /// A round begins: everybody is back.
  void begin_round(Time now);
  /// When the next group leaves at the present pace; Time::forever() if none does.
  Time next_leave() const { return next_leave_; }
  /// The group at `next_leave()` is gone.
  void leave();

  /// By account: true if it mines in the pool.
  std::vector<bool> present() const;

 private:
  void schedule();

  std::vector<double> thresholds_;            // ascending, of groups that hop
  std::vector<double> threshold_of_account_;  // infinite if the account does not hop
  std::size_t gone_ = 0;                      // groups that left this round
  double progress_ = 0.0;                     // work of the round over difficulty, at since_
  double pace_ = 0.0;
  Time since_;
  Time next_leave_ = Time::forever();
};

}  // namespace aicmp
