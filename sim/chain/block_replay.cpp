#include "sim/chain/block_replay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {

void add_options(OptionTable& table, BlockReplayConfig& config) {
  table.add_path(
      "network.replay.blocks_csv", config.blocks_csv,
      "CSV of consecutive real blocks, columns height,time[,pool_id], that take the place "
      "of simulated ones from start_height on; empty: simulate.");
  table.add("network.replay.our_pool_id", config.our_pool_id, "", Limits::between(-1.0, 1e6),
            "pool_id whose real blocks count as our pool's; -1: nobody's.");
  table.add("network.replay.share_window_blocks", config.share_window_blocks, "blocks",
            Limits::between(1.0, 1e7),
            "Our pool's hash rate follows its share of the blocks in a window of this length.");
  table.add_path("network.replay.epochs_csv", config.epochs_csv,
                 "CSV with columns first_height,nbits_hex: the true retargets, to check ours.");
}

BlockReplay::BlockReplay(const BlockReplayConfig& config, std::int64_t start_height,
                         std::int64_t start_unix_s)
    : history_(config.blocks_csv),
      start_unix_s_(start_unix_s),
      share_window_(static_cast<std::size_t>(config.share_window_blocks)),
      ours_before_{0} {
  for (const HistoricBlock& block : history_.blocks()) {
    const bool ours = config.our_pool_id >= 0 && block.pool_id == config.our_pool_id;
    ours_before_.push_back(ours_before_.back() + (ours ? 1 : 0));
  }
  const auto blocks = history_.blocks();
  const std::int64_t first = blocks.front().height;
  const std::int64_t last = blocks.back().height;
  if (start_height < first || start_height > last) {
    throw ConfigError({}, "network.start_height",
                      fmt::format("{} is not in {}", start_height, config.blocks_csv),
                      fmt::format("[{}, {}]", first, last));
  }
  next_ = static_cast<std::size_t>(start_height - first);
  const std::int64_t found = blocks[next_].header_unix_s;
  if (start_unix_s < found - 86'400 || start_unix_s > found + 7200) {
    throw ConfigError({}, "network.start_unix_s",
                      fmt::format("{}, but block {} of {} has time {}", start_unix_s, start_height,
                                  config.blocks_csv, found),
                      fmt::format("[{}, {}]", found - 86'400, found + 7200));
  }
  schedule();
}

double BlockReplay::blocks_per_s() const {
  const auto blocks = history_.blocks();
  const std::size_t at = std::min(next_, blocks.size() - 1);
  const auto into_epoch = static_cast<std::size_t>(blocks[at].height % kRetargetInterval);
  const std::size_t first = at - std::min(at, into_epoch);
  const std::size_t last = std::min(at - into_epoch + kRetargetInterval, blocks.size()) - 1;
  const std::int64_t elapsed = blocks[last].header_unix_s - blocks[first].header_unix_s;
  return elapsed > 0 ? static_cast<double>(last - first) / static_cast<double>(elapsed)
                     : 1.0 / kTargetSpacingS;
}

double BlockReplay::our_share() const {
  const std::size_t blocks = history_.blocks().size();
  const std::size_t length = std::min(share_window_, blocks);
  const std::size_t first = std::min(next_ - std::min(next_, length / 2), blocks - length);
  return static_cast<double>(ours_before_[first + length] - ours_before_[first]) /
         static_cast<double>(length);
}

HistoricBlock BlockReplay::take() {
  AICMP_ASSERT(next_time_ != Time::forever());
  const HistoricBlock block = history_.blocks()[next_];
  ++next_;
  schedule();
  return block;
}

void BlockReplay::schedule() {
  if (next_ == history_.blocks().size()) {
    next_time_ = Time::forever();
    return;
  }
  const std::int64_t since_start = history_.blocks()[next_].header_unix_s - start_unix_s_;
  next_time_ = std::max(next_time_, Time::seconds(static_cast<double>(since_start)));
}

}  // namespace aicmp
