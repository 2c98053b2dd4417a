#pragma once

#include <cstdint>
#include <string>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/chain/header_time.hpp"
#include "sim/chain/retarget.hpp"
#include "sim/chain/subsidy.hpp"

namespace aicmp {

enum class RetargetRule {
  kBitcoin,  // exact nBits, every 2016 blocks
  kFixed,    // any positive real difficulty, for ever
};

/// Where the block chain stands at simulation time 0. The defaults are mainnet on 2025-05-31, when
/// block 899135 had just been found and an epoch was about to open.
struct ChainConfig {
  std::int64_t start_height = 899'136;        // of the next block
  std::int64_t start_unix_s = 1'748'649'690;  // Unix time of simulation time 0 and of the tip
  double start_difficulty = 126'982'285'146'989.3;
  std::string start_nbits;  // eight hex digits, wins over start_difficulty
  RetargetRule retarget = RetargetRule::kBitcoin;
  double epoch_elapsed_s = -1.0;  // since the first header of a running epoch; -1: on schedule
  HeaderTimeConfig header_time;
};

/// Options `network.start_height` and so on.
void add_options(OptionTable& table, ChainConfig& config);

/// What happened when a block joined the main chain.
struct ConnectedBlock {
  std::int64_t height = 0;
  Satoshi subsidy;
  std::int64_t header_unix_s = 0;
  double old_difficulty = 0.0;  // of this block
  double new_difficulty = 0.0;  // of the next block
  bool retargeted = false;      // the block closed an epoch, even if the difficulty stays
  bool halved = false;          // the next block has a lower subsidy
};

/// The main chain seen as its tip: heights, header times, difficulty epochs and subsidy.
/// All heights named `next` belong to the block that is being mined now.
class Chain {
 public:
  /// Throws ConfigError if the configuration contradicts itself or the rules of Bitcoin.
  Chain(const ChainConfig& config, const WorldKey& key);

  /// Adds a block found at `found`, which must not lie before the tip.
  ConnectedBlock connect(Time found);
  /// The same for a block of history, whose header time is known.
  ConnectedBlock connect(Time found, std::int64_t header_unix_s);

  std::int64_t next_height() const { return next_height_; }
  Satoshi next_subsidy() const { return subsidy(next_height_); }
  double difficulty() const { return difficulty_; }
  /// Hashes per block on average at the present difficulty.
  double expected_hashes() const { return expected_hashes_; }
  /// The present difficulty in compact form; under `kFixed` the nearest one.
  std::uint32_t nbits() const { return nbits_; }

  /// Blocks of the present epoch that are in the chain: 0..2015.
  std::int64_t blocks_in_epoch() const { return next_height_ % kRetargetInterval; }
  /// Seconds since the first header of the present epoch; 0 while the epoch has no block.
  double epoch_elapsed_s(Time now) const;
  std::int64_t blocks_to_retarget() const { return kRetargetInterval - blocks_in_epoch(); }
  std::int64_t blocks_to_halving() const {
    return next_halving_height(next_height_) - next_height_;
  }

  Time tip_found() const { return tip_found_; }
  std::int64_t tip_header_unix_s() const { return clock_.tip(); }
  double unix_seconds(Time now) const {
    return static_cast<double>(start_unix_s_) + now.in_seconds();
  }

 private:
  void set_nbits(std::uint32_t nbits);

  RetargetRule rule_;
  std::int64_t start_unix_s_;
  std::int64_t next_height_;
  std::uint32_t nbits_ = 0;
  double difficulty_ = 0.0;
  double expected_hashes_ = 0.0;
  std::int64_t epoch_first_header_s_ = 0;
  Time tip_found_;
  HeaderClock clock_;
};

}  // namespace aicmp
