#pragma once

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/chain/owners.hpp"

namespace aicmp {

enum class RaceOutcome {
  kMain,      // extends the main chain
  kStale,     // came too late for its height and is lost
  kReplaces,  // came too late but won the race: the tip is lost in its stead
  kWithheld,  // its finder, a miner of our pool, keeps it secret and throws it away
  kHidden,    // its finder, a rival, keeps it secret for now
};

/// Forks by propagation delay. A block takes `delay` to reach anybody but its owner; a discovery by
/// another owner within that time has the height of the last main block. Only its owner mines on
/// it, so it wins the race with the probability that the owner finds the next block, its share.
/// The race is decided at once; at most one block later than in reality the result is the same.
///
/// With shares s_i and one discovery per 600 s on average, stale / (stale + main) is x / (1 + x) to
/// first order in x = (delay / 600) (1 - sum s_i^2) (validation.md, case 8).
class StaleRace {
 public:
  StaleRace(Time delay, const WorldKey& key);

  /// The fate of the next discovery. `owner_share` in [0, 1] is the owner's share of all hash rate.
  /// `finder_latency` is how much later than its pool the finder's machine hears of a new block;
  /// what it finds before is stale, whoever owns the tip. Draws once from StreamId::kStaleRace for
  /// every discovery, race or not.
  RaceOutcome decide(Time found, OwnerId owner, double owner_share, Time finder_latency = Time());

  /// A block that is decided already is the tip from now on.
  void set_tip(Time found, OwnerId owner);

  /// Owner of the newest main block; kNobody before the first.
  OwnerId tip_owner() const { return tip_owner_; }

 private:
  Time delay_;
  Rng rng_;
  Time tip_found_;
  OwnerId tip_owner_ = kNobody;
  bool has_tip_ = false;
};

}  // namespace aicmp
