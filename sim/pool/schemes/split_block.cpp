#include "sim/pool/schemes/split_block.hpp"

#include <algorithm>
#include <cmath>

#include "sim/pool/apportion.hpp"

namespace aicmp {
namespace {

/// What miners get of a reward. It never falls as the reward grows.
Satoshi part_to_split(Satoshi reward, const SchemeTerms& terms, double filled) {
  const Satoshi split = reward - fee_of(reward, terms);
  if (filled >= 1.0) return split;
  return Satoshi(
      static_cast<std::int64_t>(std::floor(filled * static_cast<double>(split.value()))));
}

}  // namespace

Satoshi fee_of(Satoshi reward, const SchemeTerms& terms) {
  // A decimal fee times satoshi can land a few 1e-7 below the whole number that is meant.
  constexpr double kDecimalSlack = 1e-5;
  const Satoshi part(static_cast<std::int64_t>(
      std::floor(terms.fee * static_cast<double>(reward.value()) + kDecimalSlack)));
  return std::min(reward, std::max(part, terms.fee_floor));
}

void split_reward(const PoolBlock& block, Satoshi reward, const SchemeTerms& terms, double filled,
                  std::span<const double> weights, Book& book) {
  std::vector<Satoshi> parts;
  apportion(part_to_split(reward, terms, filled), weights, parts);
  book.distribute(block.id, block.height, std::move(parts));
}

void split_block(const PoolBlock& block, const SchemeTerms& terms, double filled,
                 std::span<const double> weights, Book& book) {
  split_reward(block, block.reward(), terms, filled, weights, book);
}

void split_by_power(const PoolBlock& block, const SchemeTerms& terms, double filled,
                    std::span<const double> work, Book& book) {
  if (terms.eta == 1.0) {
    split_block(block, terms, filled, work, book);
    return;
  }
  static thread_local std::vector<double> weights;
  power_weights(work, terms.eta, weights);
  if (terms.eta_on == EtaOn::kReward) {
    split_block(block, terms, filled, weights, book);
    return;
  }
  const Satoshi of_subsidy = part_to_split(block.subsidy, terms, filled);
  const Satoshi of_fees = part_to_split(block.reward(), terms, filled) - of_subsidy;
  std::vector<Satoshi> parts;
  std::vector<Satoshi> fee_parts;
  apportion(of_subsidy, weights, parts);
  apportion(of_fees, work, fee_parts);
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] += fee_parts[i];
  book.distribute(block.id, block.height, std::move(parts));
}

void power_weights(std::span<const double> work, double eta, std::vector<double>& weights) {
  const double largest = *std::max_element(work.begin(), work.end());
  weights.resize(work.size());
  for (std::size_t i = 0; i < work.size(); ++i) {
    weights[i] = work[i] > 0.0 ? std::pow(work[i] / largest, eta) : 0.0;
  }
}

}  // namespace aicmp
