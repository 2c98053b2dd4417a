#include "sim/experiment/deciles.hpp"

#include <algorithm>
#include <numeric>

namespace aicmp {

std::vector<std::uint8_t> hash_deciles(std::span<const double> hashes_per_s) {
  std::vector<std::uint32_t> order(hashes_per_s.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return hashes_per_s[a] < hashes_per_s[b];
  });
  const double total = std::accumulate(hashes_per_s.begin(), hashes_per_s.end(), 0.0);
  std::vector<std::uint8_t> decile(hashes_per_s.size(), 0);
  double below = 0.0;
  for (const std::uint32_t miner : order) {
    const double middle = (below + hashes_per_s[miner] / 2) / total;
    decile[miner] = static_cast<std::uint8_t>(
        std::min(static_cast<double>(kDeciles - 1), middle * static_cast<double>(kDeciles)));
    below += hashes_per_s[miner];
  }
  return decile;
}

std::array<double, kDeciles> sum_by_decile(std::span<const std::uint8_t> decile,
                                           std::span<const double> values) {
  std::array<double, kDeciles> sums{};
  for (std::size_t i = 0; i < values.size(); ++i) sums[decile[i]] += values[i];
  return sums;
}

}  // namespace aicmp
