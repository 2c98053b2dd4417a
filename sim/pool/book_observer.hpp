#pragma once

#include <cstdint>
#include <span>

#include "sim/base/units.hpp"

namespace aicmp {

/// Hears every movement of a book's money as it happens; amounts are whole satoshis, never 0.
class BookObserver {
 public:
  virtual ~BookObserver() = default;

  /// Owed and payable at once.
  virtual void on_credit(std::uint32_t miner, Satoshi amount) = 0;
  /// Parts of a block by miner (0 where there is none), payable when it is mature.
  virtual void on_distribution(std::uint64_t block_id, std::span<const Satoshi> parts) = 0;
  /// Those parts were taken back.
  virtual void on_reversal(std::uint64_t block_id, std::span<const Satoshi> parts) = 0;
  /// Those parts became payable.
  virtual void on_maturity(std::uint64_t block_id) = 0;
  /// What the miner was owed, payable or not, is the operator's now.
  virtual void on_forfeiture(std::uint32_t miner, Satoshi amount) = 0;
  virtual void on_payment(std::uint32_t miner, Satoshi amount) = 0;
  /// What the operator paid for the transactions of the payments since the last call.
  virtual void on_transaction_cost(Satoshi cost) = 0;
  /// Paid to the operator's owners.
  virtual void on_dividend(Satoshi amount) = 0;
};

}  // namespace aicmp
