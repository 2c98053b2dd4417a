#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/pool/book_observer.hpp"

namespace aicmp {

/// When and how balances leave the pool.
struct PayoutConfig {
  double reserve_btc = 0.0;      // operator's own money at the start
  double threshold_btc = 0.001;  // smaller balances are carried
  double transaction_fee_sat_per_vb = 5.0;
  std::int64_t outputs_per_transaction = 500;
  std::int64_t maturity_blocks = 100;  // coinbase maturity, consensus rule
  double dividend = 0.0;               // part of the surplus that each dividend pays
  double dividend_days = 30.0;         // between dividends
  double dividend_keeps_btc = 0.0;     // surplus is what the operator has beyond this
};

/// What a settlement did.
struct PayoutBatch {
  std::int64_t miners_paid = 0;
  Satoshi amount;
  Satoshi transaction_cost;
};

/// The money of one reward scheme: what came in, what each miner is owed, what was paid and what is
/// the operator's. Every satoshi of income is accounted for at every call (asserted):
///   income = paid + unpaid (mature and immature) + (reserve - initial reserve) + transaction costs
///            + dividends.
class Book {
 public:
  Book(const PayoutConfig& config, std::size_t miners);

  /// Tells `observer`, which outlives the book, of every movement from now on; nullptr: nobody.
  void observe(BookObserver* observer) { observer_ = observer; }

  /// A block of ours was found at `height`: its whole reward becomes income of the operator, who
  /// cannot spend it before maturity.
  void receive(std::int64_t height, Satoshi reward);
  /// That block left the best chain: the income is taken back.
  void lose(std::int64_t height, Satoshi reward);

  /// Owes a miner `satoshi` at once, whatever blocks do (PPS). Fractions are carried per miner
  /// until they make a whole satoshi.
  void credit(std::uint32_t miner, double satoshi);
  /// Owes miners their parts of a block (index = miner); payable after maturity.
  void distribute(std::uint64_t block_id, std::int64_t height, std::vector<Satoshi> parts);
  /// Takes back the parts of an orphaned block, if it was distributed.
  void reverse(std::uint64_t block_id);
  /// Makes parts payable, and rewards spendable, whose block has `maturity_blocks` confirmations at
  /// chain height `height`.
  void mature(std::int64_t height);
  /// Takes all that the miner is owed for the operator: its balance and its parts of blocks that
  /// are not mature. Returns it.
  Satoshi forfeit(std::uint32_t miner);
  /// Whether mature(height) would do anything.
  bool has_mature(std::int64_t height) const {
    return !coinbases_.empty() && is_mature(coinbases_.front().height, height);
  }
  /// Pays every balance at or above the threshold.
  PayoutBatch settle();
  /// Pays the operator's owners their part of the surplus, which is what both the reserve and the
  /// spendable money hold beyond `dividend_keeps_btc`; nothing after ruin.
  Satoshi pay_dividend();

  /// Notes the time if the reserve is below zero for the first time; `begin`..`now` is the stretch
  /// in which credits accrued evenly, `reserve_before` the reserve at its start.
  void watch_ruin(Time begin, Time now, Satoshi reserve_before);

  std::size_t miners() const { return balance_.size(); }
  Satoshi income() const { return income_; }
  Satoshi credited() const { return credited_; }
  Satoshi paid() const { return paid_total_; }
  Satoshi unpaid() const { return unpaid_; }
  Satoshi transaction_costs() const { return transaction_costs_; }
  Satoshi dividends() const { return dividends_; }
  /// Taken from miners, net of which credits and earnings are.
  Satoshi forfeited() const { return forfeited_; }
  /// The operator's own money: initial reserve + income - credits - costs - dividends. Negative
  /// when ruined.
  Satoshi reserve() const { return reserve_; }
  /// What could be spent now: the reserve and what miners are owed, less immature coinbases. Below
  /// zero, payments were made with money that the pool did not have yet: its working capital.
  Satoshi cash() const { return reserve_ + unpaid_ - immature_coinbases_; }
  Satoshi lowest_cash() const { return lowest_cash_; }
  Satoshi initial_reserve() const { return initial_reserve_; }
  Satoshi lowest_reserve() const { return lowest_reserve_; }
  bool ruined() const { return ruined_; }
  Time ruin_time() const { return ruin_time_; }

  /// Credited less reversed, by miner: what the scheme says a miner earned.
  std::span<const Satoshi> earned() const { return earned_; }
  std::span<const Satoshi> paid_by_miner() const { return paid_; }
  std::span<const Satoshi> balance() const { return balance_; }

 private:
  struct Immature {
    std::uint64_t block_id;
    std::int64_t height;
    std::vector<Satoshi> parts;
  };
  struct Coinbase {
    std::int64_t height;
    Satoshi reward;
  };
  bool is_mature(std::int64_t block_height, std::int64_t height) const {
    return block_height + config_.maturity_blocks <= height;
  }
  void owe(std::uint32_t miner, Satoshi amount);
  void change_reserve(Satoshi by);
  void watch_cash();
  void check() const;

  PayoutConfig config_;
  BookObserver* observer_ = nullptr;
  Satoshi initial_reserve_;
  Satoshi income_;
  Satoshi credited_;
  Satoshi paid_total_;
  Satoshi unpaid_;
  Satoshi transaction_costs_;
  Satoshi dividends_;
  Satoshi forfeited_;
  Satoshi reserve_;
  Satoshi lowest_reserve_;
  Satoshi immature_coinbases_;
  Satoshi lowest_cash_;
  bool ruined_ = false;
  Time ruin_time_ = Time::forever();
  std::vector<Satoshi> earned_;
  std::vector<Satoshi> balance_;  // mature, payable
  std::vector<Satoshi> paid_;
  std::vector<double> fraction_;  // of a satoshi, below 1; empty until the first credit()
  std::deque<Immature> immature_;
  std::deque<Coinbase> coinbases_;  // immature ones
};

}  // namespace aicmp
