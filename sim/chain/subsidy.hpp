#pragma once

#include <cstdint>

#include "sim/base/units.hpp"

namespace aicmp {

/// Blocks between two halvings of the subsidy.
inline constexpr std::int64_t kHalvingInterval = 210'000;

/// New coins of the block at `height` >= 0: 50 BTC, halved with truncation every 210,000 blocks and
/// 0 from height 6,930,000 (Bitcoin Core, validation.cpp, GetBlockSubsidy).
Satoshi subsidy(std::int64_t height);

/// The first height above `height` that opens a new halving period.
std::int64_t next_halving_height(std::int64_t height);

}  // namespace aicmp
