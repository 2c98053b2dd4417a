#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace aicmp {

inline constexpr std::size_t kDeciles = 10;

/// Decile of every miner, 0 (smallest) to 9 (largest): miners sorted by hash rate and cut so that
/// each decile holds a tenth of the hash rate (economics.md 5.3), ties by index. A miner belongs to
/// the decile in which the middle of its hash rate lies; a decile may be empty.
std::vector<std::uint8_t> hash_deciles(std::span<const double> hashes_per_s);

/// Sum of `values` by decile.
std::array<double, kDeciles> sum_by_decile(std::span<const std::uint8_t> decile,
                                           std::span<const double> values);

}  // namespace aicmp
