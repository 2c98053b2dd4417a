#pragma once

#include <cstdint>
#include <vector>

#include "sim/calibration/fit.hpp"
#include "sim/market/fees.hpp"

namespace aicmp {

/// Mean fees of a block, BTC, of each day; NaN where the day is not known.
using DailyFees = std::vector<double>;

/// The level, memory and spikes of the statistical fee process from daily means; season, noise and
/// accrual of single blocks, which days do not show, stay as they are.
///   median       of the log of daily means
///   level        their variance
///   persistence  1 less half of the variance of daily changes, from its inner 90 %, over that of
///   the
///                level; unknown days pair with nothing
///   spikes       rises over two days beyond 3 robust standard deviations, over the part of spikes
///                so large, a year
/// These are biased (spikes raise the level, and a level may look like a spike): fit_fees takes
/// that off.
void fit_daily_fees(const DailyFees& days, StatisticalFeeConfig& config);

/// Daily means of what the engine makes, unknown where those of `like` are.
DailyFees draw_daily_fees(const StatisticalFeeConfig& config, const DailyFees& like,
                          const WorldKey& key);

/// The fit less its bias, with standard errors and checks (corrected_fit.hpp). 100 known days are
/// needed.
Fit fit_fees(const DailyFees& days, StatisticalFeeConfig& config, std::uint64_t seed);

/// Correlation of the innovation of log fees with the return of the day before, as the engine has
/// it; `daily_returns[d]` is that of day d, NaN where unknown.
Fit fit_fee_correlation(const DailyFees& days, const std::vector<double>& daily_returns,
                        StatisticalFeeConfig& config);

}  // namespace aicmp
