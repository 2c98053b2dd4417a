#include "sim/pool/schemes/split_block.hpp"

#include <algorithm>
#include <cmath>

#include "sim/pool/apportion.hpp"

namespace aicmp {

Satoshi fee_of(Satoshi reward, double fee) {
  // A decimal fee times satoshi can land a few 1e-7 below the whole number that is meant.
  constexpr double kDecimalSlack = 1e-5;
  return Satoshi(static_cast<std::int64_t>(
      std::floor(fee * static_cast<double>(reward.value()) + kDecimalSlack)));
}

void split_reward(const PoolBlock& block, Satoshi reward, double fee, double filled,
                  std::span<const double> weights, Book& book) {
  Satoshi split = reward - fee_of(reward, fee);
  if (filled < 1.0) {
    split =
        Satoshi(static_cast<std::int64_t>(std::floor(filled * static_cast<double>(split.value()))));
  }
  std::vector<Satoshi> parts;
  apportion(split, weights, parts);
  book.distribute(block.id, block.height, std::move(parts));
}

void split_block(const PoolBlock& block, double fee, double filled, std::span<const double> weights,
                 Book& book) {
  split_reward(block, block.reward(), fee, filled, weights, book);
}

void split_by_power(const PoolBlock& block, double fee, double filled, std::span<const double> work,
                    double eta, Book& book) {
  if (eta == 1.0) {
    split_block(block, fee, filled, work, book);
    return;
  }
  static thread_local std::vector<double> weights;
  power_weights(work, eta, weights);
  split_block(block, fee, filled, weights, book);
}

void power_weights(std::span<const double> work, double eta, std::vector<double>& weights) {
  const double largest = *std::max_element(work.begin(), work.end());
  weights.resize(work.size());
  for (std::size_t i = 0; i < work.size(); ++i) {
    weights[i] = work[i] > 0.0 ? std::pow(work[i] / largest, eta) : 0.0;
  }
}

}  // namespace aicmp
