#pragma once

#include <cstdint>
#include <span>

#include "sim/base/units.hpp"
#include "sim/market/fees.hpp"

namespace aicmp {

/// A block's fees, and how long it was sought.
struct FeeObservation {
  Time previous;
  Time found;
  Satoshi fees;
};

/// The statistical fee process (one regime, no spikes, no price correlation) that matches a record
/// of successive blocks, whether of a simulated mempool or of history. By moments of the fees F,
/// not of their logarithms, which almost empty blocks would rule; g is the autocovariance of daily
/// means of F / (season accrual) over its squared mean, of level exp(x):
///   accrual_exponent     slope of F / (mean of its day) on interval / 600 s, which is kappa, as
///                        E[T^(kappa + 1)] / E[T^kappa] = kappa + 1 for T exponential of mean 1
///   season               first harmonics of F / (mean F) over day and week
///   persistence          log(1 + g(2)) / log(1 + g(1)), as of the exponential of an AR(1)
///   level_sd_log^2       log(1 + g(1)) / persistence
///   noise_sd_log^2       what remains of the relative variance of F
///   regime_median_btc    what remains of the mean of F
/// Fitted to the default mempool it agrees in mean, in the law and memory of daily means, and
/// within 10 % in the quantiles of single blocks from .25 to .99. It has more fees in blocks found
/// within a minute (the lowest 5 %), and lacks the memory of a backlog over the next few blocks
/// (autocorrelation at lag 1 of .34 for .48).
/// Needs 10 days of blocks or more, and fees in them.
StatisticalFeeConfig fit_statistical_fees(std::span<const FeeObservation> blocks,
                                          std::int64_t start_unix_s);

}  // namespace aicmp
