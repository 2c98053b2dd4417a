#pragma once

#include <cstdint>

#include "sim/base/moments.hpp"

namespace aicmp {

/// The operator of a PPS pool, who pays miners steadily and earns in blocks: the reserve is
/// `reserve_blocks` - (1 - f) t + N(t) after t expected blocks, in units of the block reward, and
/// he is ruined when it is gone (Albrecher and Goffard 2022, dual risk model; economics.md 2.2).
///
/// `fee` is below 1. One of 0 or less, as orphans may leave of it, ruins everybody in the end.
struct PpsOperator {
  double reserve_blocks = 0.0;
  double fee = 0.0;
};

/// What a fee leaves where the part `orphan_rate` of the blocks found is lost: 1 - (1 - f)/(1 - o).
/// A horizon shrinks with it, to (1 - o) of the blocks found.
double fee_after_orphans(double fee, double orphan_rate);

/// y >= 0 of 1 - e^-y = (1 - f) y: what a block of reserve takes off the logarithm of the chance of
/// ruin. 0 without a fee.
double ruin_exponent(double fee);

/// Chance of ruin ever: e^(-y R).
double ruin_probability(const PpsOperator& pps);

/// Chance of ruin within the time of `blocks` expected blocks: Kendall's sum over the number of
/// blocks that came before ruin. Exact.
double ruin_probability(const PpsOperator& pps, double blocks);

/// Reserve in blocks that leaves this chance of ruin ever; infinite without a fee.
double reserve_for_ruin(double probability, double fee);

/// Estimates ruin_probability(pps, blocks) from `paths` simulated ones that have fewer blocks than
/// real ones do, each weighted by how much rarer it is in truth (importance sampling; Asmussen and
/// Glynn 2007, chapter VI): blocks come at the rate e^-y that leads to ruin almost surely, or at
/// the lower one that does so by the horizon. The relative error stays bounded as ruin becomes
/// rare. The moments are those of the weights: mean and standard error. `blocks` may be infinite if
/// there is a fee.
Moments sample_ruin(const PpsOperator& pps, double blocks, std::int64_t paths, std::uint64_t seed);

/// Runs of plain simulation that estimate `probability` with this relative standard error.
double naive_runs(double probability, double relative_error);

}  // namespace aicmp
