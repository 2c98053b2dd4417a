#pragma once

#include <cstdint>
#include <vector>

#include "sim/calibration/fit.hpp"
#include "sim/chain/hash_growth.hpp"

namespace aicmp {

inline constexpr std::size_t kGrowthPeriodDays = 14;
inline constexpr std::size_t kLeastGrowthPeriods = 20;

/// A network seen every 14 days: mean of the log hash rate over each period, and price and hash
/// price at its beginning.
struct GrowthRecord {
  std::vector<double> log_hash_rate;
  std::vector<double> price_usd;
  std::vector<double> hash_price_usd_per_phs_day;
  double blocks_per_period = 2016.0;  // luck: each mean errs by 1 / sqrt of this
};

/// Change of the log hash rate from each period to the next.
std::vector<double> growth_steps(const GrowthRecord& record);

/// Least squares of dlog H on hash price and price change (HashPriceReaction, lag of one period).
/// The record shows averages over periods, so that a step is .536 of one decision and .464 of the
/// next; regressors are averaged alike, and the noise is the long-run standard deviation of the
/// residuals, from which luck cancels. The reference is the median hash price. Needs 20 periods.
void fit_reaction(const GrowthRecord& record, HashPriceReaction& reaction);

/// What the engine's network makes under `reaction`, the price being that of `record` and the
/// reward of a block 3.125 BTC.
GrowthRecord draw_growth(const GrowthRecord& record, const HashPriceReaction& reaction,
                         const WorldKey& key);

/// The fit with standard errors and checks.
Fit fit_growth(const GrowthRecord& record, HashPriceReaction& reaction, std::uint64_t seed);

}  // namespace aicmp
