#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sim/attack/selfish.hpp"
#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/chain/block_process.hpp"
#include "sim/chain/block_replay.hpp"
#include "sim/chain/chain.hpp"
#include "sim/chain/hash_growth.hpp"
#include "sim/chain/owners.hpp"
#include "sim/chain/stale_race.hpp"

namespace aicmp {

/// Which of two blocks of one height miners extend who own neither.
enum class TieBreak {
  kFirstSeen,  // as Bitcoin does
  kRandom,     // either, as Eyal and Sirer propose against selfish mining
};

/// The Bitcoin network around our pool.
struct NetworkConfig {
  ChainConfig chain;
  double hash_rate_ehs = 909.0;       // outside our pool at time 0, EH/s
  double propagation_delay_s = 0.85;  // effective between miners (economics.md 6.4)
  GrowthConfig growth;
  TieBreak tie_break = TieBreak::kFirstSeen;  // in races of a selfish pool
  std::vector<OtherPool> pools;
  SelfishConfig selfish;
  BlockReplayConfig replay;
};

/// Options `network.*`.
void add_options(OptionTable& table, NetworkConfig& config);

/// What matters about the finder of a block of our pool.
struct PoolMiner {
  double latency_s = 0.0;  // how much later than the pool it hears of a new block
  bool withholds = false;  // throws blocks away
};

/// A discovery and what became of it.
struct NetworkBlock {
  Time found;
  Winner winner;
  RaceOutcome outcome = RaceOutcome::kMain;
  OwnerId loser = kNobody;  // kReplaces: whose block lost its place
  ConnectedBlock block;     // kMain: the new block; else the block at the contested height
};

/// Everybody who mines, and the chain they make. Our pool tells its hash rate; the caller asks when
/// something happens next and lets it happen:
///
///   network.set_pool_rate(now, hashes_per_s);
///   if (network.next_block_time() <= network.next_growth_time()) block = network.find_block();
///   else network.grow(market);
///
/// With `replay.blocks_csv`, blocks come from the file whatever the hash rates: they are all of the
/// main chain, keep their header times, and belong to our pool or to kNobody.
class Network {
 public:
  /// Throws ConfigError or IoError.
  Network(const NetworkConfig& config, const WorldKey& key);

  /// From `now` on our pool hashes at `hashes_per_s` >= 0, and its miners at
  /// `elsewhere_hashes_per_s`
  /// >= 0 outside the pool.
  void set_pool_rate(Time now, double hashes_per_s, double elsewhere_hashes_per_s = 0.0);

  /// What the miner that `Winner::within` points at does with a block. Without it our miners hear
  /// of new blocks at once and hand in what they find.
  void set_pool_miners(std::function<PoolMiner(double within)> miners);

  /// The next discovery at present rates, or the last one while there is more to tell of it;
  /// Time::forever() if nobody mines or a replay has ended.
  Time next_block_time() const {
    if (!due_.empty()) return chain_time_;
    return replay_ ? replay_->next_time() : process_.next_time();
  }
  /// Lets the discovery at `next_block_time()` happen. A new difficulty takes effect at once.
  NetworkBlock find_block();

  /// The next change of the hash rate outside our pool; Time::forever() if there is none.
  Time next_growth_time() const { return growth_->next_change(); }
  /// Lets the change at `next_growth_time()` happen; not later than `next_block_time()`.
  void grow(const MiningMarket& market);

  const Chain& chain() const { return chain_; }
  const SelfishTally& selfish() const { return selfish_.tally(); }
  const Owners& owners() const { return owners_; }
  double pool_hashes_per_s() const { return pool_hashes_per_s_; }
  /// Of everybody but the miners of our pool, in it or elsewhere.
  double others_hashes_per_s() const {
    return total_hashes_per_s() - pool_hashes_per_s_ - elsewhere_hashes_per_s_;
  }
  /// Ours and everybody else's; in a replay, what explains the pace of blocks in the epoch.
  double total_hashes_per_s() const;
  /// In a replay, the hash rate that explains our pool's share of real blocks; else none.
  std::optional<double> replayed_pool_hashes_per_s() const;
  /// Share of our pool in all hash rate; 0 if nobody mines.
  double pool_share() const;

 private:
  /// A block whose turn comes at once after another one's.
  struct Due {
    Winner winner;
    RaceOutcome outcome;
  };
  NetworkBlock replay_block();
  NetworkBlock take_due();
  RaceOutcome decide(const Winner& winner, double latency_s);
  void race_selfishly(const Winner& winner, double latency_s);
  void update_rate(Time now);

  Chain chain_;
  Owners owners_;
  std::unique_ptr<HashGrowth> growth_;
  BlockProcess process_;
  StaleRace race_;
  OwnerId rival_;  // who mines selfishly
  SelfishRival selfish_;
  std::deque<Due> due_;
  Time chain_time_;  // of the last discovery
  std::optional<BlockReplay> replay_;
  std::int64_t our_pool_id_;
  Rng replay_winner_;
  std::function<PoolMiner(double)> pool_miners_ = [](double) { return PoolMiner(); };
  double pool_hashes_per_s_ = 0.0;
  double elsewhere_hashes_per_s_ = 0.0;
  ConnectedBlock tip_;
  OwnerId tip_owner_ = kNobody;
};

}  // namespace aicmp
