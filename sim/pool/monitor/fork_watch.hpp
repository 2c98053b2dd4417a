#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/pool/monitor/cusum.hpp"

namespace aicmp {

/// Notices that blocks of the network go stale far more often than propagation explains, which is
/// how selfish mining shows: a CUSUM, by block, for ten times as many. Warns again once a day's
/// blocks were quiet.
class ForkWatch {
 public:
  /// `false_alarms_per_year` bounds them; `expected` stale blocks a block, not below what Bitcoin
  /// has.
  ForkWatch(double false_alarms_per_year, double expected);

  void count_stale() { ++stale_; }
  /// The chain grew by a block. Whether that makes an alarm.
  bool count_block(Time now);

  std::span<const Time> alarms() const { return alarms_; }

 private:
  double threshold_;
  double expected_;
  std::int64_t stale_ = 0;  // since the last block
  std::int64_t quiet_blocks_ = 0;
  bool raised_ = false;
  Cusum test_;
  std::vector<Time> alarms_;
};

}  // namespace aicmp
