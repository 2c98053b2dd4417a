#include "sim/chain/block_process.hpp"

#include <algorithm>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {

BlockProcess::BlockProcess(const WorldKey& key)
    : interval_(key, StreamId::kBlockInterval),
      winner_(key, StreamId::kBlockWinner),
      remaining_(exponential(interval_)) {}

void BlockProcess::set_rate(Time now, double hashes_per_s, double expected_hashes) {
  AICMP_ASSERT(now >= since_ && now <= next_time_);
  AICMP_ASSERT(hashes_per_s >= 0.0 && expected_hashes > 0.0);
  const double blocks_per_s = hashes_per_s / expected_hashes;
  if (blocks_per_s == blocks_per_s_) return;
  remaining_ = std::max(remaining_ - blocks_per_s_ * (now - since_).in_seconds(), 0.0);
  since_ = now;
  blocks_per_s_ = blocks_per_s;
  schedule();
}

double BlockProcess::take() {
  AICMP_ASSERT(next_time_ != Time::forever());
  since_ = next_time_;
  remaining_ = exponential(interval_);
  schedule();
  return uniform(winner_);
}

void BlockProcess::schedule() {
  next_time_ = Time::forever();
  if (blocks_per_s_ == 0.0) return;
  const Time wait = Time::seconds(remaining_ / blocks_per_s_);
  if (wait < Time::forever() - since_) next_time_ = since_ + wait;
}

}  // namespace aicmp
