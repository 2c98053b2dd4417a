#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/accounts.hpp"
#include "sim/pool/monitor/monitor.hpp"
#include "sim/pool/pool_config.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp {

/// Who mines here, by miner.
struct PoolMiners {
  std::vector<double> hashes_per_s;
  std::vector<double> latency_s;         // until the miner works on a new block
  std::vector<double> share_difficulty;  // that it asks for; 0, or none at all: the pool's rule
};

/// The pool: miners' shares come in, every scheme books them side by side on the same luck.
/// Driven in order of time; `on_network` comes before anything else.
class Pool {
 public:
  Pool(const PoolConfig& config, PoolMiners miners, Fidelity fidelity, const WorldKey& key);

  std::size_t miners() const { return hashes_per_s_.size(); }
  /// Shares that each miner sends on average, and their difficulty, at present.
  std::span<const double> shares_per_s() const { return rates_.shares_per_s; }
  std::span<const double> share_difficulty() const { return *rates_.difficulty; }
  std::span<const double> hashes_per_s() const { return hashes_per_s_; }
  double total_hashes_per_s() const { return total_hashes_per_s_; }

  /// From `now` on the hash rate of every miner is `factor` times its rate at the start.
  void scale(Time now, double factor);
  /// From `now` on this part of each miner's hash rate, in [0, 1], is here.
  void set_present(Time now, std::vector<double> parts);
  /// Network difficulty and subsidy from `now` on.
  void on_network(Time now, double difficulty, Satoshi subsidy);
  /// Fees that a block holds on average from now on, for expected_sat().
  void expect_fees(Satoshi mean_block_fees);
  /// A new block, ours or not, reached the pool.
  void new_tip(Time now);
  /// Whether any scheme cares for refresh_template().
  bool needs_templates() const { return accounts_.need_templates(); }
  /// Jobs from `time` on, which may have passed, build on the same block with these fees.
  void refresh_template(Time time, Satoshi fees) { accounts_.on_template({time, false, fees}); }
  /// The miner that a uniform number in [0, 1) points at, in proportion to hash rate.
  std::uint32_t miner_at(double uniform) const;
  double latency_s(std::uint32_t miner) const { return rates_.latency_s[miner]; }

  /// Our block is on the best chain (for now): its finder's share counts, then every scheme splits.
  void win(const PoolBlock& block);
  /// The operator sets a parameter anew: fee and eta by a change that is announced now, the share
  /// difficulty, under rule fixed, at once.
  void decide(Time now, const OperatorDecision& decision);
  /// Difficulty of every share under rule fixed.
  double fixed_share_difficulty() const { return config_.share_difficulty; }
  /// Changes of terms that do not hold yet.
  const ChangeSchedule& changes() const { return changes_; }
  /// Brings changes of terms into effect that are due at this block of ours; returns them.
  std::vector<TermsChange> change_terms(Time now);
  /// Our discovery was late: the finder's share counts, the block is worth nothing.
  void win_stale(Time now, std::uint32_t finder);
  /// The last block of ours lost its place.
  void lose(const PoolBlock& block);
  void mature(std::int64_t height);
  /// End of a day of the network; mean fees of its blocks.
  void end_day(Time now, Satoshi mean_block_fees);
  /// Pays balances of every scheme; one entry per account.
  std::vector<PayoutBatch> settle(Time now);
  /// The operator keeps what the account is owed under every scheme.
  void forfeit(Time now, std::uint32_t miner, const std::string& reason);
  /// Pays the operator's owners from every scheme's surplus.
  void pay_dividends(Time now);
  /// Brings the books up to `now`.
  void flush(Time now);

  /// Writes an audit ledger from now on; before on_network(). `ledger` outlives the pool.
  void keep_ledger(Ledger& ledger, const std::string& scenario_sha256) {
    accounts_.keep_ledger(ledger, scenario_sha256);
  }
  /// Brings the books up to `now` and writes the ledger's last line, if there is a ledger.
  void close_ledger(Time now);

  std::span<const Account> accounts() const { return accounts_.list(); }
  const ShareCounts& share_counts() const { return shares_->counts(); }
  /// How shares come in: their number on the way, those sent by miner, the intake's queue.
  const ShareSource& share_source() const { return *shares_; }
  /// What the pool thinks of its miners; watches nothing unless configured.
  const Monitor& monitor() const { return monitor_; }
  /// Brings the books up to `now` and looks at every miner; what is noticed, by miner.
  std::vector<Notice> watch(Time now);
  /// Up to when the shares below are counted.
  Time counted_until() const { return flushed_; }
  /// Accepted work by miner, difficulty-1 shares.
  std::span<const double> work() const { return work_; }
  /// Blocks that the accepted work found on average: sum of work / difficulty of its time.
  double expected_blocks() const { return expected_blocks_; }
  /// What accepted work was worth on average before any fee, by miner: its expected blocks times
  /// (subsidy + expected fees) of its time, in satoshi.
  std::span<const double> expected_sat() const { return expected_sat_; }

 private:
  void update_hash_rates();
  double wanted_difficulty(std::size_t miner) const;
  void update_rates(Time now);
  void deliver(const WorkBatch& batch);
  void deliver_finders_share(Time now, std::uint32_t finder);

  PoolConfig config_;
  std::vector<double> base_hashes_per_s_;
  std::vector<double> hashes_per_s_;
  std::vector<double> cumulative_;  // of hashes_per_s_
  std::vector<double> asked_difficulty_;
  std::vector<double> present_;
  double factor_ = 1.0;
  double total_hashes_per_s_ = 0.0;
  Fidelity fidelity_;
  double difficulty_ = 0.0;
  Satoshi subsidy_;
  Satoshi expected_fees_;
  ShareRates rates_;
  std::unique_ptr<ShareSource> shares_;
  Monitor monitor_;
  Time flushed_;
  double fastest_shares_per_s_ = 0.0;  // of any miner
  Accounts accounts_;
  ChangeSchedule changes_;
  std::vector<double> work_;
  double expected_blocks_ = 0.0;
  std::vector<double> expected_sat_;
};

}  // namespace aicmp
