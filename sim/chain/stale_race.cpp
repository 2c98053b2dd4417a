#include "sim/chain/stale_race.hpp"

#include "sim/base/distributions.hpp"

namespace aicmp {

StaleRace::StaleRace(Time delay, const WorldKey& key)
    : delay_(delay), rng_(key, StreamId::kStaleRace) {}

RaceOutcome StaleRace::decide(Time found, OwnerId owner, double owner_share, Time finder_latency) {
  const double luck = uniform(rng_);
  if (has_tip_ && found - tip_found_ < finder_latency) return RaceOutcome::kStale;
  const bool knows_tip = owner == tip_owner_ && owner != kNobody;
  if (has_tip_ && !knows_tip && found - tip_found_ < delay_) {
    if (luck >= owner_share) return RaceOutcome::kStale;
    // The window of the height stays where the first of its blocks opened it.
    tip_owner_ = owner;
    return RaceOutcome::kReplaces;
  }
  set_tip(found, owner);
  return RaceOutcome::kMain;
}

void StaleRace::set_tip(Time found, OwnerId owner) {
  has_tip_ = true;
  tip_found_ = found;
  tip_owner_ = owner;
}

}  // namespace aicmp
