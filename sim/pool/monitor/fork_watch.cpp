#include "sim/pool/monitor/fork_watch.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {
namespace {

constexpr double kBlocksPerYear = kDaysPerYear * 144.0;
constexpr double kStaleFactor = 10.0;
// bitcoin-data/stale-blocks, heights 920212 to 966500: .149 % of the blocks.
constexpr double kUsualStale = 0.0015;
constexpr std::int64_t kQuietBlocks = 144;

}  // namespace

ForkWatch::ForkWatch(double false_alarms_per_year, double expected)
    : threshold_(std::log(kBlocksPerYear / false_alarms_per_year)),
      expected_(std::max(expected, kUsualStale)) {}

bool ForkWatch::count_block(Time now) {
  const auto stale = static_cast<double>(stale_);
  quiet_blocks_ = stale_ > 0 ? 0 : quiet_blocks_ + 1;
  stale_ = 0;
  if (raised_) {
    raised_ = quiet_blocks_ < kQuietBlocks;
    return false;
  }
  test_.add_count(stale, expected_, kStaleFactor);
  if (test_.value() < threshold_) return false;
  test_.reset();
  raised_ = true;
  alarms_.push_back(now);
  return true;
}

}  // namespace aicmp
