#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/units.hpp"
#include "sim/chain/history.hpp"

namespace aicmp {

/// Real blocks instead of simulated ones.
struct BlockReplayConfig {
  std::string blocks_csv;         // empty: blocks are simulated
  std::int64_t our_pool_id = -1;  // whose blocks count as our pool's; -1: nobody's
  std::int64_t share_window_blocks =
      26'208;              // over which our pool's hash rate is estimated: 26 weeks
  std::string epochs_csv;  // the true nBits of epochs, to check retargets against
};

/// Options `network.replay.*`.
void add_options(OptionTable& table, BlockReplayConfig& config);

/// The blocks of a file as they were found, in simulation time. A block whose header lies before
/// its parent's is found together with its parent.
class BlockReplay {
 public:
  /// Begins with the block at `start_height`; time 0 is `start_unix_s`. Throws IoError, or
  /// ConfigError as BlockHistory does, if the file lacks the block, or if the block was found more
  /// than two hours before or a day after `start_unix_s`.
  BlockReplay(const BlockReplayConfig& config, std::int64_t start_height,
              std::int64_t start_unix_s);

  /// When the next block is found; Time::forever() after the last.
  Time next_time() const { return next_time_; }
  /// Mean rate of blocks in the epoch of the next block: with its difficulty, the hash rate.
  double blocks_per_s() const;
  /// Share of our pool in the blocks around the next one, which stands for its share in hash rate.
  double our_share() const;

  /// The block at `next_time()`; goes on to the next one.
  HistoricBlock take();

 private:
  void schedule();

  BlockHistory history_;
  std::int64_t start_unix_s_;
  std::size_t share_window_;
  std::vector<std::int32_t> ours_before_;  // blocks of our pool before each one
  std::size_t next_;
  Time next_time_;
};

}  // namespace aicmp
