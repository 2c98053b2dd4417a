#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/fleet/population.hpp"
#include "sim/pool/pool_config.hpp"

namespace aicmp {

/// An account that the pool takes for a false identity, and whether it is one.
struct Finding {
  std::uint32_t account = 0;
  bool true_alarm = false;
};

/// The pool's search for false identities: every account is found at its hazard, as one Poisson
/// process. Accounts of a miner beyond its first are false.
class Inspections {
 public:
  Inspections(const DetectionConfig& config, const Population& miners, const WorldKey& key);

  /// When the next account is found; Time::forever() if none ever is.
  Time next() const { return next_; }
  /// That account, and on to the one after it.
  Finding take();

 private:
  void schedule();

  Rng rng_;
  std::vector<std::uint32_t> false_identities_;
  std::vector<std::uint32_t> honest_;
  double found_per_day_ = 0.0;  // of all false identities together
  double alarms_per_day_ = 0.0;
  Time next_;
};

}  // namespace aicmp
