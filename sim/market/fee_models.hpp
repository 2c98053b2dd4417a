#pragma once

#include <cstdint>
#include <memory>

#include "sim/market/fees.hpp"

namespace aicmp {

/// Hours begun from `-kFeeWarmUp` on are drawn in order by every fee model.
inline constexpr Time kFeeWarmUp = Time::nanoseconds(86'400'000'000'000);

std::unique_ptr<FeeSource> statistical_fees(const StatisticalFeeConfig& config, const WorldKey& key,
                                            std::int64_t start_unix_s, PricePath* prices);

}  // namespace aicmp
