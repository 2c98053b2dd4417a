#include "sim/experiment/detection.hpp"

#include <algorithm>

namespace aicmp {

Detection::Detection(const MonitorConfig& config, std::vector<bool> withholds) : config_(config) {
  if (!config.enabled) return;
  miners_.resize(withholds.size());
  for (std::size_t i = 0; i < miners_.size(); ++i) miners_[i].withholds = withholds[i];
  withholders_ = std::count(withholds.begin(), withholds.end(), true);
}

void Detection::set(Time now, std::span<const double> hashes_per_s) {
  for (std::size_t i = 0; i < miners_.size(); ++i) {
    Miner& miner = miners_[i];
    account(miner, now);
    miner.hashes_per_s = hashes_per_s[i];
    update(miner, now);
  }
}

void Detection::look(Time now, std::span<const Notice> notices, const Monitor& monitor) {
  for (Miner& miner : miners_) account(miner, now);
  for (const Notice& notice : notices) {
    if (!is_right(miners_[notice.miner], notice)) ++false_alarms_;
  }
  for (std::uint32_t i = 0; i < miners_.size(); ++i) {
    Miner& miner = miners_[i];
    if (miner.dropped && miner.over) {
      ++missed_;
      miner.dropped = miner.over = false;
    }
    const bool tested = !monitor.learns(i);
    if (miner.tested && !tested) {
      miner.learned_hashes = miner.learned_s = 0.0;
      miner.dropped = miner.over = false;
    }
    miner.tested = tested;
    update(miner, now);
  }
}

void Detection::account(Miner& miner, Time now) {
  const double seconds = (now - miner.since).in_seconds();
  miner.since = now;
  if (miner.tested) {
    watched_s_ += seconds;
  } else if (miner.hashes_per_s > 0.0) {
    miner.learned_hashes += miner.hashes_per_s * seconds;
    miner.learned_s += seconds;
  }
}

/// Whether a drop begins, goes on or ends at the present hash rate.
void Detection::update(Miner& miner, Time now) {
  if (!miner.tested) return;
  const double reference = miner.learned_hashes / miner.learned_s;
  const bool low = miner.hashes_per_s < (1.0 - 0.5 * config_.slow_loss) * reference;
  if (low && !miner.dropped) miner.dropped_at = now;
  miner.over = miner.dropped && !low;
  miner.dropped = miner.dropped || low;
}

bool Detection::is_right(Miner& miner, const Notice& notice) {
  switch (notice.kind) {
    case NoticeKind::kOffline:
    case NoticeKind::kDrop:
    case NoticeKind::kSlowLoss:
      if (!miner.dropped) return false;
      delay_h_.add((notice.time - miner.dropped_at).in_hours());
      miner.dropped = miner.over = false;
      return true;
    case NoticeKind::kRise:
      return miner.hashes_per_s * miner.learned_s >
             (1.0 + 0.5 * config_.rise) * miner.learned_hashes;
    case NoticeKind::kLatency:
      return true;
    case NoticeKind::kWithholding:
      if (miner.withholds && !miner.found) {
        miner.found = true;
        withholding_delay_h_.add(notice.time.in_hours());
      }
      return miner.withholds;
  }
  return false;
}

}  // namespace aicmp
