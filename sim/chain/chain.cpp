#include "sim/chain/chain.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/chain/history.hpp"
#include "sim/chain/target.hpp"

namespace aicmp {
void add_options(OptionTable& table, ChainConfig& config) {
  table.add("network.start_height", config.start_height, "blocks", Limits::between(0, 2e7),
            "Height of the first block to be mined.");
  table.add("network.start_unix_s", config.start_unix_s, "s",
            Limits::between(static_cast<double>(kGenesisUnixS), 4294967295.0),
            "Unix time at which the simulation starts; not before the genesis block.");
  table.add("network.start_difficulty", config.start_difficulty, "", Limits::positive(),
            "Difficulty at the start.");
  table.add("network.start_nbits", config.start_nbits,
            "Difficulty at the start as eight hex digits of nBits; wins over start_difficulty.");
  table.add_choice("network.retarget", config.retarget,
                   {{"bitcoin", RetargetRule::kBitcoin}, {"fixed", RetargetRule::kFixed}},
                   "bitcoin: exact nBits, adjusted every 2016 blocks; fixed: the start difficulty, "
                   "any positive number, for ever.");
  table.add("network.epoch_elapsed_s", config.epoch_elapsed_s, "s", Limits::at_least(-1.0),
            "Time since the first header of the running difficulty epoch; -1: 600 s per block.");
  add_options(table, config.header_time);
}

Chain::Chain(const ChainConfig& config, const WorldKey& key)
    : rule_(config.retarget),
      start_unix_s_(config.start_unix_s),
      next_height_(config.start_height),
      clock_(config.header_time, key, config.start_unix_s) {
  if (!config.start_nbits.empty()) {
    set_nbits(parse_nbits(config.start_nbits, "network.start_nbits"));
  } else if (rule_ == RetargetRule::kFixed) {
    nbits_ = compact_from_difficulty(config.start_difficulty);
    difficulty_ = config.start_difficulty;
    expected_hashes_ = config.start_difficulty * kHashesPerWork;
  } else if (config.start_difficulty >= 1.0) {
    set_nbits(compact_from_difficulty(config.start_difficulty));
  } else {
    throw ConfigError({}, "network.start_difficulty", "below the easiest difficulty of mainnet",
                      ">= 1, or any positive number with network.retarget = \"fixed\"");
  }

  const std::int64_t mined = blocks_in_epoch();
  if (mined == 0 && config.epoch_elapsed_s > 0.0) {
    throw ConfigError({}, "network.epoch_elapsed_s",
                      fmt::format("network.start_height = {} opens an epoch, nothing has elapsed",
                                  config.start_height),
                      "-1 or 0");
  }
  const bool on_schedule = config.epoch_elapsed_s < 0.0;
  epoch_first_header_s_ = start_unix_s_ - (on_schedule ? (mined - 1) * kTargetSpacingS
                                                       : std::llround(config.epoch_elapsed_s));
}

void Chain::set_nbits(std::uint32_t nbits) {
  const Target target = decode_compact(nbits).value;
  nbits_ = nbits;
  difficulty_ = aicmp::difficulty(target);
  expected_hashes_ = aicmp::expected_hashes(target);
}

double Chain::epoch_elapsed_s(Time now) const {
  if (blocks_in_epoch() == 0) return 0.0;
  return unix_seconds(now) - static_cast<double>(epoch_first_header_s_);
}

ConnectedBlock Chain::connect(Time found) {
  const double since_parent_s = (found - tip_found_).in_seconds();
  return connect(found, clock_.stamp(next_height_, unix_seconds(found), since_parent_s));
}

ConnectedBlock Chain::connect(Time found, std::int64_t header_unix_s) {
  AICMP_ASSERT(found >= tip_found_);
  ConnectedBlock block;
  block.height = next_height_;
  block.subsidy = next_subsidy();
  block.header_unix_s = header_unix_s;
  block.old_difficulty = difficulty_;

  if (blocks_in_epoch() == 0) epoch_first_header_s_ = header_unix_s;
  clock_.append(header_unix_s);
  tip_found_ = found;
  ++next_height_;

  block.retargeted = blocks_in_epoch() == 0;
  if (block.retargeted && rule_ == RetargetRule::kBitcoin) {
    set_nbits(next_work_required(nbits_, epoch_first_header_s_, header_unix_s));
  }
  block.new_difficulty = difficulty_;
  block.halved = next_subsidy() < block.subsidy;
  return block;
}

}  // namespace aicmp
