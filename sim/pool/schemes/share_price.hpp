#pragma once

#include "sim/base/units.hpp"
#include "sim/pool/book.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// What PPS schemes pay for work: (1 - fee) S / D a unit, with the difficulty and subsidy of its
/// time.
class SharePrice {
 public:
  void on_network(double difficulty, Satoshi subsidy) {
    satoshi_per_work_ = static_cast<double>(subsidy.value()) / difficulty;
  }
  double of(double work, double fee) const { return (1.0 - fee) * satoshi_per_work_ * work; }
  void pay(const WorkBatch& batch, double fee, Book& book) const {
    batch.for_each(
        [&](std::uint32_t miner, std::int64_t, double work) { book.credit(miner, of(work, fee)); });
  }

 private:
  double satoshi_per_work_ = 0.0;
};

}  // namespace aicmp
