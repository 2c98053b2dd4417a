#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace aicmp {

// The grid of terms that a pool may announce.
inline constexpr double kFeeStep = 0.001;
inline constexpr std::int32_t kMostFee = 50;  // steps: 5 %
inline constexpr std::array<double, 7> kEtas = {1.0, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8};

/// A fee on that grid, in steps.
std::int32_t fee_steps(double fee);
/// The index of the nearest eta.
std::size_t nearest_eta(double eta);

/// What the luck of a pool that pays PPLNS costs its miners, as a part of their pay: 1 - certainty
/// equivalent / mean if blocks come at this rate, under constant absolute risk aversion of
/// `risk_aversion` >= 0 over a miner's income of 100 days (economics, section 2.4). Miners of any
/// size and number alike, for aversion is measured by their own income.
double risk_fee(double blocks_per_day, double risk_aversion);

}  // namespace aicmp
