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
/// of successive blocks, whether of a simulated mempool or of history. By moments:
///   accrual_share        regression of F / (mean of its day) - 1 on interval / 600 s - 1
///   season               first harmonics of log F, less the accrual, over day and week
///   persistence          gamma(2) / gamma(1), the autocovariances of daily means of what is left
///   level_sd_log^2       gamma(1) / persistence
///   noise_sd_log^2       what remains of the variance
///   regime_median_btc    the mean fees, divided by the mean of the factors above
/// Blocks without fees are left out. Needs at least 10 days of blocks.
StatisticalFeeConfig fit_statistical_fees(std::span<const FeeObservation> blocks,
                                          std::int64_t start_unix_s);

}  // namespace aicmp
