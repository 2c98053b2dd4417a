#pragma once

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// Discoveries of blocks, stale ones included, by everybody together: one Poisson process in work.
/// Each discovery waits for a unit exponential from StreamId::kBlockInterval, which is used up at
/// the rate (hashes per second) / (expected hashes per block). Rates may change at any time; the
/// n-th discovery keeps its exponential and its winner's number, so that two policies that move
/// hash rate keep the same luck (common random numbers, economics.md 5.1).
class BlockProcess {
 public:
  explicit BlockProcess(const WorldKey& key);

  /// From `now` on hash at `hashes_per_s` >= 0 (0 stops discoveries) against `expected_hashes` > 0.
  /// `now` lies between the last change and `next_time()`.
  void set_rate(Time now, double hashes_per_s, double expected_hashes);

  /// When the next block is found if the rate stays; Time::forever() at rate 0.
  Time next_time() const { return next_time_; }

  /// The discovery at `next_time()`: returns a uniform number in [0, 1) from
  /// StreamId::kBlockWinner that tells who found it, and begins the wait for the next one.
  double take();

 private:
  void schedule();

  Rng interval_;
  Rng winner_;
  double blocks_per_s_ = 0.0;
  double remaining_;  // of the present unit exponential, at since_
  Time since_;
  Time next_time_ = Time::forever();
};

}  // namespace aicmp
