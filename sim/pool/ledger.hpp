#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/book.hpp"
#include "sim/pool/book_observer.hpp"
#include "sim/pool/decision.hpp"
#include "sim/pool/ledger_chain.hpp"
#include "sim/pool/scheme.hpp"
#include "sim/pool/terms_change.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// How much a ledger keeps.
enum class LedgerDetail {
  kOff,     // no ledger
  kBlocks,  // credits as they were booked; payouts, reversals and totals can be recomputed
  kWork,    // accepted work too; every credit can be recomputed
};

/// What the first line says: all that a replay needs to know.
struct LedgerOpening {
  std::string scenario_sha256;
  WorldKey key;
  Fidelity fidelity = Fidelity::kFlow;
  std::size_t miners = 0;
  PayoutConfig payout;
  std::vector<std::pair<std::string, SchemeConfig>> accounts;  // name in results, scheme
};

/// The audit ledger of a pool: JSON lines in a hash chain (LedgerChain), one event each, in the
/// order things happened. Lines are of two sorts: what happened to the pool (open, network,
/// difficulty, work, template, block, orphan, day, mature, settle, forfeit, dividend, decision,
/// change, close), and what its accounts made of it (credit, reversal, maturity, payout,
/// forfeiture, owners), which verify_ledger() recomputes.
///
/// Times are nanoseconds of simulation, money is satoshi, work difficulty-1 shares. Lists of
/// amounts are `"all"`: one a miner, or where few miners are concerned `"some"`: miner, amount,
/// miner, amount.
///
/// Calls come in the order of time: first the event, then the accounts' movements, then
/// end_event().
class Ledger {
 public:
  /// `write` takes whole lines with their line feed.
  Ledger(LedgerDetail detail, std::function<void(std::string_view)> write);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  ~Ledger();

  void open(const LedgerOpening& opening);
  void network(Time now, double difficulty, Satoshi subsidy);
  /// Work of one share by miner, for the counts that follow; work() writes it when it changes.
  void difficulty(std::shared_ptr<const std::vector<double>> by_miner);
  void work(const WorkBatch& batch);
  void new_template(const PoolTemplate& new_template);
  void block(const PoolBlock& block);
  void orphan(const PoolBlock& block);
  void day(Time now, Satoshi mean_block_fees);
  void mature(std::int64_t height);
  void settle(Time now);
  /// The miner loses what it is owed.
  void forfeit(Time now, std::uint32_t miner, const std::string& reason);
  /// The operator's owners are paid.
  void dividend(Time now);
  /// The operator sets a parameter anew.
  void decision(Time now, const OperatorDecision& decision);
  /// New terms of a scheme hold from here on.
  void change(Time now, const TermsChange& change);
  /// The last line, with every account's totals.
  void close(Time now, std::span<const Book* const> books);

  /// The movements of one account belong to the last event.
  BookObserver& account(std::size_t index);
  void end_event();
  /// Writes credits that are gathered until the next event (kBlocks).
  void write_credits();

  LedgerDetail detail() const { return detail_; }
  /// Hash of the last line; who keeps it elsewhere can tell that the whole ledger was not
  /// rewritten.
  const std::string& head() const { return chain_.head(); }

 private:
  class Account;

  void begin(std::string_view type);
  void begin_event(std::string_view type);
  void finish();
  template <typename Value>
  void field(std::string_view key, const Value& value);
  void text(std::string_view key, std::string_view value);
  template <typename Values>
  void list(std::string_view key, const Values& values);
  void amounts(std::span<const Satoshi> by_miner);

  LedgerDetail detail_;
  std::function<void(std::string_view)> write_;
  LedgerChain chain_;
  std::int64_t lines_ = 0;
  std::string line_;
  std::vector<std::unique_ptr<Account>> accounts_;
  std::shared_ptr<const std::vector<double>> difficulty_;  // of the last difficulty line
  Satoshi block_reward_;
};

}  // namespace aicmp
