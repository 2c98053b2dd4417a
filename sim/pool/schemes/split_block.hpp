#pragma once

#include <span>

#include "sim/pool/book.hpp"
#include "sim/pool/work.hpp"

namespace aicmp {

/// The operator's part of a reward: floor(fee * reward) for the decimal number `fee` stands for.
Satoshi fee_of(Satoshi reward, double fee);

/// Splits `reward` of a block among miners in proportion to `weights`: the operator's fee_of first,
/// then a part `filled` in [0, 1] of the rest by largest remainder; the operator keeps what is not
/// split.
void split_reward(const PoolBlock& block, Satoshi reward, double fee, double filled,
                  std::span<const double> weights, Book& book);

/// split_reward of the block's whole reward.
void split_block(const PoolBlock& block, double fee, double filled, std::span<const double> weights,
                 Book& book);

/// split_block by work^eta; eta = 1 splits by work itself.
void split_by_power(const PoolBlock& block, double fee, double filled, std::span<const double> work,
                    double eta, Book& book);

/// Writes w_i^eta, scaled so that the largest is 1, for every miner with work and 0 for the others
/// (also at eta = 0). No overflow for any finite work.
void power_weights(std::span<const double> work, double eta, std::vector<double>& weights);

}  // namespace aicmp
