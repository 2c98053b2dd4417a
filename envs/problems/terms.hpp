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

}  // namespace aicmp
