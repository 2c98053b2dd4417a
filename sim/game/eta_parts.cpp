#include "sim/game/eta_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/error.hpp"

namespace aicmp {

std::vector<double> eta_parts(std::span<const double> sizes, double eta) {
  AICMP_ASSERT(eta >= 0.0 && eta <= 1.0);
  AICMP_ASSERT(!sizes.empty());
  const double largest = *std::max_element(sizes.begin(), sizes.end());
  AICMP_ASSERT(largest > 0.0);
  std::vector<double> parts;
  parts.reserve(sizes.size());
  for (const double size : sizes) {
    parts.push_back(size > 0.0 ? std::pow(size / largest, eta) : 0.0);
  }
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  for (double& part : parts) part /= sum;
  return parts;
}

}  // namespace aicmp
