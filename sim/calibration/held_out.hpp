#pragma once

#include <cstdint>
#include <span>

#include "sim/calibration/fee_fit.hpp"
#include "sim/calibration/fit.hpp"
#include "sim/calibration/growth_fit.hpp"
#include "sim/market/price.hpp"

namespace aicmp {

/// Predictive checks: the model is fitted to the first part of a record, and what the engine then
/// makes in 200 draws as long as the last `part` of it, in (0, .5], is set beside what came:
/// spread, quantiles and memory of daily returns, of log daily fees, and of log changes of the hash
/// rate over 14 days, which retargets follow. The first part must be long enough to fit.
Fit held_out_prices(std::span<const double> daily, PriceModel model, double part,
                    std::uint64_t seed);
Fit held_out_fees(const DailyFees& days, double part, std::uint64_t seed);
Fit held_out_retargets(const GrowthRecord& record, double part, std::uint64_t seed);

}  // namespace aicmp
