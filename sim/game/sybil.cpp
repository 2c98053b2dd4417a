#include "sim/game/sybil.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/error.hpp"
#include "sim/game/eta_parts.hpp"
#include "sim/game/root.hpp"

namespace aicmp {
namespace {

void check(double part, double eta, double many) {
  AICMP_ASSERT(part > 0.0 && part <= 1.0);
  AICMP_ASSERT(eta >= 0.0 && eta <= 1.0);
  AICMP_ASSERT(many >= 1.0);
}

}  // namespace

double split_gain(double part, double eta, double k) {
  check(part, eta, k);
  const double more = std::pow(k, 1.0 - eta);
  return more / (1.0 + (more - 1.0) * part);
}

double spread_gain(double part, double eta, double pools) {
  check(part, eta, pools);
  const double left = std::pow(pools, -eta);
  return pools * left / (1.0 + (left - 1.0) * part);
}

SplitPlan best_split(double part, double eta, double pool_income, double identity_cost,
                     std::int64_t max_identities) {
  check(part, eta, static_cast<double>(max_identities));
  AICMP_ASSERT(eta > 0.0 && pool_income > 0.0 && identity_cost > 0.0);
  const auto profit = [&](std::int64_t k) {
    return pool_income * part * (split_gain(part, eta, static_cast<double>(k)) - 1.0) -
           identity_cost * static_cast<double>(k - 1);
  };
  // Pay is concave in k, so its slope less the cost changes sign once.
  const auto slope = [&](double k) {
    const double now = part * split_gain(part, eta, k);
    return (1.0 - eta) * pool_income * now * (1.0 - now) / k - identity_cost;
  };
  const auto most = static_cast<double>(max_identities);
  std::int64_t k = 1;
  if (slope(most) >= 0.0) {
    k = max_identities;
  } else if (slope(1.0) > 0.0) {
    k = static_cast<std::int64_t>(find_root(slope, 1.0, most));
  }
  if (k < max_identities && profit(k + 1) > profit(k)) ++k;
  return {k, profit(k)};
}

double deterring_identity_cost(double part, double eta, double pool_income) {
  return pool_income * part * (split_gain(part, eta, 2.0) - 1.0);
}

double everyone_splits_gain(std::span<const double> sizes, std::size_t index, double eta) {
  AICMP_ASSERT(index < sizes.size() && sizes[index] > 0.0);
  const double total = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  return sizes[index] / total / eta_parts(sizes, eta)[index];
}

}  // namespace aicmp
