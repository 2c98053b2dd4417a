#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/base/csv.hpp"
#include "sim/chain/retarget.hpp"

namespace aicmp {

/// Header time of block 0.
inline constexpr std::int64_t kGenesisUnixS = 1'231'006'505;

/// One block of the past.
struct HistoricBlock {
  std::int64_t height = 0;
  std::int64_t header_unix_s = 0;
  int pool_id = -1;  // as in the file; -1 if the file has no such column
};

/// One difficulty epoch of the past.
struct HistoricEpoch {
  std::int64_t first_height = 0;
  std::int64_t blocks = 0;  // 2016, fewer in a last epoch that is not complete
  std::int64_t first_time_s = 0;
  std::int64_t last_time_s = 0;
  std::uint32_t nbits = 0;
};

/// Average hash rate from `from_unix_s` until the next point.
struct HashRatePoint {
  std::int64_t from_unix_s = 0;
  double hashes_per_s = 0.0;
};

/// Reads a CSV with columns time (Unix seconds) and hashes_per_s >= 0. Throws IoError if the file
/// cannot be read; ConfigError with file and line if a value is malformed, a time is not later than
/// the one before or lies before the genesis block, or there is no row.
std::vector<HashRatePoint> read_hash_rates(const CsvFile& csv);

/// Consecutive blocks from a CSV with columns height, time (Unix seconds of the header) and,
/// optionally, pool_id. Header times may go backward, as real ones do.
class BlockHistory {
 public:
  /// Throws IoError if the file cannot be read; ConfigError with file and line if a number is
  /// malformed, a height is missing, double or out of order, a time lies before the genesis block,
  /// or there is no block.
  explicit BlockHistory(const std::string& path) : BlockHistory(CsvFile(path)) {}
  explicit BlockHistory(const CsvFile& csv);

  std::span<const HistoricBlock> blocks() const { return blocks_; }
  /// Headers that are earlier than their parent's.
  std::int64_t backward_steps() const { return backward_steps_; }

  /// The epochs from the first one whose first block is here, which had `first_nbits`; the bits of
  /// the others follow by `next_work_required`. Empty if no epoch begins here.
  std::vector<HistoricEpoch> epochs(std::uint32_t first_nbits) const;

  /// Hash rate that explains the pace of blocks, from the first of `epochs` on. Each epoch is cut
  /// into equal windows of about `window_blocks` > 0; one whose header times do not advance joins
  /// the next. Luck is not removed: one standard error is 1/sqrt(window_blocks).
  std::vector<HashRatePoint> hash_rate(std::span<const HistoricEpoch> epochs,
                                       std::int64_t window_blocks) const;

 private:
  std::vector<HistoricBlock> blocks_;
  std::int64_t backward_steps_ = 0;
};

}  // namespace aicmp
