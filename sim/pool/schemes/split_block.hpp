#pragma once

#include <span>

#include "sim/pool/book.hpp"
#include "sim/pool/scheme.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// The operator's part of a reward: floor(fee * reward) for the decimal number `fee` stands for, or
/// the floor of the terms where that is more, and never more than the reward.
Satoshi fee_of(Satoshi reward, const SchemeTerms& terms);

/// Splits `reward` of a block among miners in proportion to `weights`: the operator's fee_of first,
/// then a part `filled` in [0, 1] of the rest by largest remainder; the operator keeps what is not
/// split.
void split_reward(const PoolBlock& block, Satoshi reward, const SchemeTerms& terms, double filled,
                  std::span<const double> weights, Book& book);

/// split_reward of the block's whole reward.
void split_block(const PoolBlock& block, const SchemeTerms& terms, double filled,
                 std::span<const double> weights, Book& book);

/// split_block by work^eta, or of the subsidy alone and of transaction fees by work, as the terms
/// say; eta = 1 splits by work itself.
void split_by_power(const PoolBlock& block, const SchemeTerms& terms, double filled,
                    std::span<const double> work, Book& book);

/// Writes w_i^eta, scaled so that the largest is 1, for every miner with work and 0 for the others
/// (also at eta = 0). No overflow for any finite work.
void power_weights(std::span<const double> work, double eta, std::vector<double>& weights);

}  // namespace aicmp
