#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/front_end/front_end_config.hpp"
#include "sim/pool/front_end/link.hpp"
#include "sim/pool/front_end/validators.hpp"
#include "sim/pool/vardiff/rules.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// What one miner sends to the pool while nothing changes.
struct ShareRates {
  std::vector<double> shares_per_s;  // valid shares that are not blocks, stale ones included
  std::vector<double> latency_s;     // until the miner works on a new block
  double grace_s = 0.0;              // stale shares so soon after a new block are accepted
  std::shared_ptr<const std::vector<double>> difficulty;  // of its jobs, difficulty-1 shares
  std::vector<double> work_per_s;  // difficulty-1 shares; what the two above come from
  double network_difficulty = 0.0;
};

/// Rate of shares of a difficulty that are not blocks.
inline double share_rate(double work_per_s, double difficulty, double network_difficulty) {
  return work_per_s > 0.0 ? work_per_s / difficulty * (1.0 - difficulty / network_difficulty) : 0.0;
}

/// Shares by fate, by miner. sent = accepted + stale + superseded + duplicate + low_difficulty +
/// lost + those on the way. Without a front end all are accepted or stale.
struct ShareCounts {
  explicit ShareCounts(std::size_t miners)
      : accepted(miners, 0),
        stale(miners, 0),
        superseded(miners, 0),
        duplicate(miners, 0),
        low_difficulty(miners, 0),
        lost(miners, 0),
        difficulty_changes(miners, 0) {}

  std::vector<std::int64_t> accepted;
  std::vector<std::int64_t> stale;           // on a block that is not the newest
  std::vector<std::int64_t> superseded;      // of a job that a clean one made void
  std::vector<std::int64_t> duplicate;       // sent before
  std::vector<std::int64_t> low_difficulty;  // too easy by the connection's new difficulty
  std::vector<std::int64_t> lost;            // line or queue full, bucket empty, connection banned
  std::vector<std::int64_t> difficulty_changes;
};

/// The shares of honest miners: Poisson at the given rates. A share is stale if its miner had not
/// heard of the newest block yet, that is within the miner's latency after it. Blocks are drawn by
/// the network (BlockProcess), and Poisson processes split independently, so all implementations
/// of this interface meet the same block luck.
class ShareSource {
 public:
  virtual ~ShareSource() = default;

  /// New rates from `now` on; take() has been called up to `now`.
  virtual void set_rates(Time now, ShareRates rates) = 0;
  /// A new block was heard of at `now`.
  virtual void new_tip(Time now) = 0;
  /// The accepted shares from the last call until at most `until`, in order; `end` of the batch
  /// tells how far it reaches. Call again while it is before `until`. Views hold until the next
  /// call.
  virtual WorkBatch take(Time until) = 0;
  /// The share with which `miner` found a block at `now`, after take() up to `now`.
  WorkBatch accept_one(Time now, std::uint32_t miner);

  const ShareCounts& counts() const { return counts_; }
  /// Difficulty of the job that a miner works on.
  virtual double difficulty(std::uint32_t miner) const { return (*rates_.difficulty)[miner]; }
  /// Shares sent that have no fate yet.
  virtual std::int64_t on_the_way() const { return 0; }
  /// Shares that miners sent, by miner; empty where they are not counted apart from their fates.
  virtual std::span<const std::int64_t> sent() const { return {}; }
  virtual QueueMeasures queue() const { return {}; }
  virtual LinkMeasures uplink() const { return {}; }
  /// Shares that came in, from whomever; 0 where they are not counted.
  virtual std::int64_t received() const { return 0; }
  /// What became of an attacker's flood.
  virtual FloodTally flood() const { return {}; }
  /// Times that miners were banned.
  virtual std::int64_t miners_banned() const { return 0; }

 protected:
  explicit ShareSource(std::size_t miners) : counts_(miners) {}
  ShareCounts counts_;
  ShareRates rates_;
  std::uint64_t era_ = 0;  // counts changes of rates_

 private:
  std::vector<CreditedShare> one_;
};

/// Counts between control points: cost per miner and batch, whatever the number of shares.
std::unique_ptr<ShareSource> make_flow_share_source(std::size_t miners, const WorldKey& key);
/// Every share an event of one superposed process: cost per share, whatever the number of miners.
std::unique_ptr<ShareSource> make_event_share_source(std::size_t miners, const WorldKey& key);

/// Who sets the difficulty of each connection; without a rule the rates do.
struct DifficultyControl {
  std::shared_ptr<const VardiffRule> rule;
  double start_difficulty = 1.0;
};

/// Counts between polls of a rule, which are control points. The rule hears of the shares since the
/// last one as evenly spread; its changes act at once, and a clean job costs `restart_s` of work.
std::unique_ptr<ShareSource> make_controlled_flow_source(std::size_t miners,
                                                         const DifficultyControl& control,
                                                         double restart_s, const WorldKey& key);
/// Every share and job a message, every validation an event.
std::unique_ptr<ShareSource> make_front_end_source(std::size_t miners, const FrontEndConfig& config,
                                                   const DifficultyControl& control,
                                                   const WorldKey& key);

}  // namespace aicmp
