#pragma once

#include <array>
#include <cstdint>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// How header times differ from the moment a block is found. The stamp is the time at which the
/// miner got its job, by a clock that may be wrong. A job is never older than the parent block.
struct HeaderTimeConfig {
  double max_job_age_s = 42.0;            // job ages are uniform up to this; 0 = stamp when found
  double clock_error_probability = 0.05;  // blocks whose clock is wrong
  double clock_error_s = 60.0;            // mean size of such an error, either way (Laplace)
};

void add_options(OptionTable& table, HeaderTimeConfig& config);

/// Stamps headers as Bitcoin allows: whole Unix seconds, later than the median of the previous 11
/// headers, at most two hours ahead of the finder's true time (BIP 113, Bitcoin Core
/// validation.cpp). Where blocks come so fast that both rules clash, the median rule holds. Stamps
/// may go backward.
class HeaderClock {
 public:
  /// The headers before `tip_unix_s` are taken as 600 s apart.
  HeaderClock(const HeaderTimeConfig& config, const WorldKey& key, std::int64_t tip_unix_s);

  /// Header time of the block at `height`, found at `found_unix_s`, its parent `since_parent_s` >=
  /// 0 earlier. The draw depends on the height alone, so that worlds of one seed share it.
  std::int64_t stamp(std::int64_t height, double found_unix_s, double since_parent_s) const;

  /// Makes `header_unix_s` the newest header; real headers of any value are accepted.
  void append(std::int64_t header_unix_s);

  std::int64_t median_time_past() const;
  std::int64_t tip() const { return times_[newest_]; }

 private:
  static constexpr std::size_t kMedianSpan = 11;

  HeaderTimeConfig config_;
  WorldKey key_;
  std::array<std::int64_t, kMedianSpan> times_{};
  std::size_t newest_ = 0;
};

}  // namespace aicmp
