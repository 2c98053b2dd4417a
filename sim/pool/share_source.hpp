#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// What one miner sends to the pool while nothing changes.
struct ShareRates {
  std::vector<double> shares_per_s;  // valid shares that are not blocks, stale ones included
  std::vector<double> latency_s;     // until the miner works on a new block
  std::shared_ptr<const std::vector<double>> difficulty;  // of its jobs, difficulty-1 shares
};

/// Shares by fate, by miner. found = accepted + stale.
struct ShareCounts {
  std::vector<std::int64_t> accepted;
  std::vector<std::int64_t> stale;
};

/// The shares of honest miners: Poisson at the given rates. A share is stale if its miner had not
/// heard of the newest block yet, that is within the miner's latency after it. Blocks are drawn by
/// the network (BlockProcess), and Poisson processes split independently, so both fidelities of
/// this interface meet the same block luck.
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

 protected:
  explicit ShareSource(std::size_t miners) {
    counts_.accepted.assign(miners, 0);
    counts_.stale.assign(miners, 0);
  }
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

}  // namespace aicmp
