#pragma once

#include "sim/base/units.hpp"
#include "sim/pool/book.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// What PPS schemes pay for a unit of work: (1 - fee) S / D, with the difficulty and subsidy of its
/// time.
class SharePrice {
 public:
  explicit SharePrice(double fee) : fee_(fee) {}

  void on_network(double difficulty, Satoshi subsidy) {
    satoshi_per_work_ = (1.0 - fee_) * static_cast<double>(subsidy.value()) / difficulty;
  }
  double of(double work) const { return satoshi_per_work_ * work; }
  void pay(const WorkBatch& batch, Book& book) const {
    batch.for_each(
        [&](std::uint32_t miner, std::int64_t, double work) { book.credit(miner, of(work)); });
  }

 private:
  double fee_;
  double satoshi_per_work_ = 0.0;
};

}  // namespace aicmp
