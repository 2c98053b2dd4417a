#pragma once

#include "sim/base/moments.hpp"
#include "sim/pool/scheme.hpp"

namespace aicmp {

/// What decides whether the operator of a scheme is ruined.
struct OperatorRisk {
  SchemeConfig scheme;
  double fee = 0.0;  // at present
  double subsidy_btc = 0.0;
  Moments block_fees_btc;
  double orphan_rate = 0.0;  // part of all blocks found that is lost
};

/// Own money in BTC that leaves the operator this chance of ruin ever: the reserve for blocks of
/// equal worth (reserve_for_ruin), times E[Y^2] / E[Y] where what a block brings, Y, varies with
/// its fees; right to the first order in the operator's margin (economics.md 2.2). 0 where pay
/// waits for blocks; infinite where blocks bring no more than is paid; NaN of a rule of the
/// caller's own.
double reserve_need_btc(const OperatorRisk& risk, double probability);

/// Chance of ruin in the time in which the pool may expect to find so many blocks, lost ones
/// included, beginning with `reserve_btc`: exact where blocks are worth the same, else that of
/// blocks of E[Y^2] / E[Y], so many that mean and variance stay. 0 where pay waits for blocks; NaN
/// of a rule of the caller's own.
double ruin_chance(const OperatorRisk& risk, double reserve_btc, double blocks);

}  // namespace aicmp
