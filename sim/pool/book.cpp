#include "sim/pool/book.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

// Virtual bytes of a payout: one input and overhead, then one P2WPKH output a miner (BIP141 sizes).
constexpr double kTransactionVbytes = 79.0;
constexpr double kOutputVbytes = 31.0;

}  // namespace

Book::Book(const PayoutConfig& config, std::size_t miners)
    : config_(config),
      initial_reserve_(std::llround(config.reserve_btc * static_cast<double>(kSatoshiPerBtc))),
      reserve_(initial_reserve_),
      lowest_reserve_(initial_reserve_),
      lowest_cash_(initial_reserve_),
      earned_(miners),
      balance_(miners),
      paid_(miners) {}

void Book::change_reserve(Satoshi by) {
  reserve_ += by;
  lowest_reserve_ = std::min(lowest_reserve_, reserve_);
}

void Book::check() const {
  AICMP_ASSERT(income_ == paid_total_ + unpaid_ + (reserve_ - initial_reserve_) +
                              transaction_costs_ + dividends_);
}

void Book::watch_cash() {
  lowest_cash_ = std::min(lowest_cash_, cash());
}

void Book::receive(std::int64_t height, Satoshi reward) {
  income_ += reward;
  reserve_ += reward;
  immature_coinbases_ += reward;
  coinbases_.push_back({height, reward});
}

void Book::lose(std::int64_t height, Satoshi reward) {
  if (!coinbases_.empty() && coinbases_.back().height == height) {
    coinbases_.pop_back();
    immature_coinbases_ -= reward;
  }
  income_ -= reward;
  change_reserve(-reward);
  check();
}

void Book::owe(std::uint32_t miner, Satoshi amount) {
  earned_[miner] += amount;
  credited_ += amount;
  unpaid_ += amount;
  change_reserve(-amount);
}

void Book::credit(std::uint32_t miner, double satoshi) {
  if (fraction_.empty()) fraction_.assign(miners(), 0.0);
  const double due = fraction_[miner] + satoshi;
  const double whole = std::floor(due);
  fraction_[miner] = due - whole;
  const Satoshi amount(static_cast<std::int64_t>(whole));
  if (amount == Satoshi(0)) return;
  owe(miner, amount);
  balance_[miner] += amount;
  if (observer_ != nullptr) observer_->on_credit(miner, amount);
}

void Book::distribute(std::uint64_t block_id, std::int64_t height, std::vector<Satoshi> parts) {
  AICMP_ASSERT(parts.size() == miners());
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    if (parts[i] != Satoshi(0)) owe(i, parts[i]);
  }
  if (observer_ != nullptr) observer_->on_distribution(block_id, parts);
  immature_.push_back({block_id, height, std::move(parts)});
  check();
}

void Book::reverse(std::uint64_t block_id) {
  const auto entry = std::find_if(immature_.begin(), immature_.end(),
                                  [&](const Immature& e) { return e.block_id == block_id; });
  if (entry == immature_.end()) return;
  for (std::uint32_t i = 0; i < entry->parts.size(); ++i) owe(i, -entry->parts[i]);
  if (observer_ != nullptr) observer_->on_reversal(block_id, entry->parts);
  immature_.erase(entry);
  check();
}

void Book::mature(std::int64_t height) {
  for (; has_mature(height); coinbases_.pop_front()) {
    immature_coinbases_ -= coinbases_.front().reward;
  }
  while (!immature_.empty() && is_mature(immature_.front().height, height)) {
    const std::vector<Satoshi>& parts = immature_.front().parts;
    for (std::size_t i = 0; i < parts.size(); ++i) balance_[i] += parts[i];
    if (observer_ != nullptr) observer_->on_maturity(immature_.front().block_id);
    immature_.pop_front();
  }
}

Satoshi Book::forfeit(std::uint32_t miner) {
  Satoshi amount = balance_[miner];
  balance_[miner] = Satoshi(0);
  for (Immature& entry : immature_) {
    amount += entry.parts[miner];
    entry.parts[miner] = Satoshi(0);
  }
  if (amount == Satoshi(0)) return amount;
  owe(miner, -amount);
  forfeited_ += amount;
  if (observer_ != nullptr) observer_->on_forfeiture(miner, amount);
  check();
  return amount;
}

PayoutBatch Book::settle() {
  PayoutBatch batch;
  const Satoshi threshold(std::max<std::int64_t>(
      1, std::llround(config_.threshold_btc * static_cast<double>(kSatoshiPerBtc))));
  for (std::size_t i = 0; i < balance_.size(); ++i) {
    if (balance_[i] < threshold) continue;
    if (observer_ != nullptr) {
      observer_->on_payment(static_cast<std::uint32_t>(i), balance_[i]);
    }
    ++batch.miners_paid;
    batch.amount += balance_[i];
    paid_[i] += balance_[i];
    balance_[i] = Satoshi(0);
  }
  if (batch.miners_paid == 0) return batch;
  const double transactions = std::ceil(static_cast<double>(batch.miners_paid) /
                                        static_cast<double>(config_.outputs_per_transaction));
  const double vbytes =
      transactions * kTransactionVbytes + static_cast<double>(batch.miners_paid) * kOutputVbytes;
  batch.transaction_cost = Satoshi(std::llround(vbytes * config_.transaction_fee_sat_per_vb));
  paid_total_ += batch.amount;
  unpaid_ -= batch.amount;
  transaction_costs_ += batch.transaction_cost;
  change_reserve(-batch.transaction_cost);
  if (observer_ != nullptr && batch.transaction_cost != Satoshi(0)) {
    observer_->on_transaction_cost(batch.transaction_cost);
  }
  watch_cash();
  check();
  return batch;
}

Satoshi Book::pay_dividend() {
  const Satoshi keeps(
      std::llround(config_.dividend_keeps_btc * static_cast<double>(kSatoshiPerBtc)));
  const Satoshi surplus = std::min(reserve_, cash()) - keeps;
  if (ruined_ || surplus <= Satoshi(0)) return Satoshi(0);
  const Satoshi dividend(
      static_cast<std::int64_t>(config_.dividend * static_cast<double>(surplus.value())));
  if (dividend == Satoshi(0)) return dividend;
  dividends_ += dividend;
  change_reserve(-dividend);
  if (observer_ != nullptr) observer_->on_dividend(dividend);
  watch_cash();
  check();
  return dividend;
}

void Book::watch_ruin(Time begin, Time now, Satoshi reserve_before) {
  if (ruined_ || reserve_ >= Satoshi(0)) return;
  ruined_ = true;
  const double fall = static_cast<double>((reserve_before - reserve_).value());
  const double to_zero = static_cast<double>(std::max(reserve_before, Satoshi(0)).value());
  const double part = fall > 0.0 ? to_zero / fall : 0.0;
  ruin_time_ =
      begin + Time::nanoseconds(std::llround(static_cast<double>((now - begin).ns()) * part));
}

}  // namespace aicmp
