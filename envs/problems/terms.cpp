#include "envs/problems/terms.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

std::int32_t fee_steps(double fee) {
  return std::clamp(static_cast<std::int32_t>(std::lround(fee / kFeeStep)), 0, kMostFee);
}

std::size_t nearest_eta(double eta) {
  const auto nearer = [eta](double a, double b) { return std::abs(a - eta) < std::abs(b - eta); };
  return static_cast<std::size_t>(std::min_element(kEtas.begin(), kEtas.end(), nearer) -
                                  kEtas.begin());
}

double risk_fee(double blocks_per_day, double risk_aversion) {
  const double z = risk_aversion / (100.0 * std::max(blocks_per_day, 1e-6));
  return z < 1e-9 ? 0.0 : 1.0 + std::expm1(-z) / z;
}

}  // namespace aicmp
