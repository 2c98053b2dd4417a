#include "sim/chain/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/chain/target.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kLastHeaderTimeS = 4'294'967'295;  // headers hold 32 bits

std::int64_t header_time(const CsvFile& csv, std::size_t row, std::size_t column) {
  const std::int64_t time_s = csv.integer(row, column);
  if (time_s < kGenesisUnixS || time_s > kLastHeaderTimeS) {
    throw ConfigError(
        csv.where(row), "time",
        fmt::format("{} lies {}", time_s,
                    time_s < kGenesisUnixS ? "before the genesis block" : "beyond 32 bits"),
        fmt::format("[{}, {}]", kGenesisUnixS, kLastHeaderTimeS));
  }
  return time_s;
}

void check_height(const CsvFile& csv, std::size_t row, std::int64_t height, std::int64_t expected) {
  if (height == expected) return;
  std::string why = fmt::format("{} is out of order", height);
  if (height == expected - 1) why = fmt::format("{} is there twice", height);
  if (height == expected + 1) why = fmt::format("{} is missing", expected);
  if (height > expected + 1) why = fmt::format("{} to {} are missing", expected, height - 1);
  throw ConfigError(csv.where(row), "height", why, fmt::format("{}", expected));
}

void check_not_empty(const CsvFile& csv) {
  if (csv.rows() == 0) throw ConfigError({csv.path(), 0}, "", "has no row below its header");
}

}  // namespace

std::vector<HashRatePoint> read_hash_rates(const CsvFile& csv) {
  check_not_empty(csv);
  const std::size_t time = csv.column("time");
  const std::size_t rate = csv.column("hashes_per_s");
  std::vector<HashRatePoint> points;
  points.reserve(csv.rows());
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const HashRatePoint point{header_time(csv, row, time), csv.number(row, rate)};
    if (!points.empty() && point.from_unix_s <= points.back().from_unix_s) {
      throw ConfigError(csv.where(row), "time", "is not later than the row before");
    }
    if (point.hashes_per_s < 0.0) {
      throw ConfigError(csv.where(row), "hashes_per_s", "is negative", ">= 0");
    }
    points.push_back(point);
  }
  return points;
}

BlockHistory::BlockHistory(const CsvFile& csv) {
  check_not_empty(csv);
  const std::size_t height = csv.column("height");
  const std::size_t time = csv.column("time");
  const bool has_pool = csv.has_column("pool_id");
  const std::size_t pool = has_pool ? csv.column("pool_id") : 0;
  blocks_.reserve(csv.rows());
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    HistoricBlock block{csv.integer(row, height), header_time(csv, row, time), -1};
    if (has_pool) block.pool_id = static_cast<int>(csv.integer(row, pool));
    if (block.height < 0) throw ConfigError(csv.where(row), "height", "is negative", ">= 0");
    if (!blocks_.empty()) {
      check_height(csv, row, block.height, blocks_.back().height + 1);
      if (block.header_unix_s < blocks_.back().header_unix_s) ++backward_steps_;
    }
    blocks_.push_back(block);
  }
}

std::vector<HistoricEpoch> BlockHistory::epochs(std::uint32_t first_nbits) const {
  std::vector<HistoricEpoch> result;
  const auto size = static_cast<std::int64_t>(blocks_.size());
  const std::int64_t after_boundary = blocks_.front().height % kRetargetInterval;
  std::int64_t first = after_boundary == 0 ? 0 : kRetargetInterval - after_boundary;
  std::uint32_t nbits = first_nbits;
  for (; first < size; first += kRetargetInterval) {
    HistoricEpoch epoch;
    epoch.blocks = std::min(kRetargetInterval, size - first);
    const HistoricBlock& opening = blocks_[static_cast<std::size_t>(first)];
    epoch.first_height = opening.height;
    epoch.first_time_s = opening.header_unix_s;
    epoch.last_time_s = blocks_[static_cast<std::size_t>(first + epoch.blocks - 1)].header_unix_s;
    epoch.nbits = nbits;
    nbits = next_work_required(nbits, epoch.first_time_s, epoch.last_time_s);
    result.push_back(epoch);
  }
  return result;
}

std::vector<HashRatePoint> BlockHistory::hash_rate(std::span<const HistoricEpoch> epochs,
                                                   std::int64_t window_blocks) const {
  std::vector<HashRatePoint> points;
  std::int64_t from_s = 0;
  double hashes = 0.0;
  for (const HistoricEpoch& epoch : epochs) {
    const double per_block = expected_hashes(decode_compact(epoch.nbits).value);
    const std::int64_t first = epoch.first_height - blocks_.front().height;
    const std::int64_t windows = std::max<std::int64_t>(1, epoch.blocks / window_blocks);
    std::int64_t done = 0;
    if (from_s == 0) {
      // Work on the very first block of the file began at a time that is not known.
      done = first == 0 ? 1 : 0;
      from_s = blocks_[static_cast<std::size_t>(first - 1 + done)].header_unix_s;
    }
    for (std::int64_t window = 1; window <= windows; ++window) {
      const std::int64_t end = epoch.blocks * window / windows;
      hashes += per_block * static_cast<double>(end - done);
      done = end;
      const std::int64_t to_s = blocks_[static_cast<std::size_t>(first + end - 1)].header_unix_s;
      if (to_s <= from_s) continue;
      points.push_back({from_s, hashes / static_cast<double>(to_s - from_s)});
      from_s = to_s;
      hashes = 0.0;
    }
  }
  return points;
}

}  // namespace aicmp
