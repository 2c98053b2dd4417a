#pragma once

#include "sim/base/moments.hpp"
#include "sim/pool/scheme.hpp"

namespace aicmp {

/// Own money in BTC that leaves the operator of a scheme this chance of ruin ever, at the reward of
/// blocks that is given and with the part `orphan_rate` of all blocks lost: the reserve for blocks
/// of equal worth (reserve_for_ruin), times E[Y^2] / E[Y] where what a block brings, Y, varies with
/// its fees; right to the first order in the operator's margin (economics.md 2.2). 0 where pay
/// waits for blocks; infinite where blocks bring no more than is paid; NaN of a rule of the
/// caller's own.
double reserve_need_btc(const SchemeConfig& scheme, double fee, double subsidy_btc,
                        const Moments& block_fees_btc, double orphan_rate, double probability);

}  // namespace aicmp
