#include "sim/pool/apportion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

struct Remainder {
  double fraction;
  std::uint32_t index;
};

bool comes_first(const Remainder& a, const Remainder& b) {
  return a.fraction != b.fraction ? a.fraction > b.fraction : a.index < b.index;
}

/// Neumaier's compensated sum: the order of the weights does not show in the result.
double sum_of(std::span<const double> weights, double scale) {
  double sum = 0.0;
  double lost = 0.0;
  for (const double weight : weights) {
    const double term = weight * scale;
    const double next = sum + term;
    lost += std::abs(sum) >= std::abs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
  }
  return sum + lost;
}

}  // namespace

void apportion(Satoshi total, std::span<const double> weights, std::vector<Satoshi>& parts) {
  AICMP_ASSERT(total >= Satoshi(0) && !weights.empty());
  // A power of two takes the largest weight to [0.5, 1): exact, and no sum can overflow.
  int exponent = 0;
  std::frexp(*std::max_element(weights.begin(), weights.end()), &exponent);
  const double scale = std::ldexp(1.0, std::clamp(-exponent, -1022, 1022));
  const double sum = sum_of(weights, scale);
  AICMP_ASSERT(sum > 0.0 && std::isfinite(sum));

  static thread_local std::vector<Remainder> remainders;
  remainders.clear();
  parts.assign(weights.size(), Satoshi(0));

  const double per_weight = static_cast<double>(total.value()) / sum;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    AICMP_ASSERT(weights[i] >= 0.0);
    if (weights[i] == 0.0) continue;
    const double quota = weights[i] * scale * per_weight;
    const double whole = std::floor(quota);
    parts[i] = Satoshi(static_cast<std::int64_t>(whole));
    given += parts[i].value();
    remainders.push_back({quota - whole, static_cast<std::uint32_t>(i)});
  }

  std::int64_t left = total.value() - given;
  // Rounding of the quotas can take the whole parts past the total: take the excess back from the
  // largest part, where it is the smallest change.
  if (left < 0) {
    *std::max_element(parts.begin(), parts.end()) += Satoshi(left);
    return;
  }
  while (left > 0) {
    const auto round = static_cast<std::ptrdiff_t>(
        std::min<std::int64_t>(left, static_cast<std::int64_t>(remainders.size())));
    std::nth_element(remainders.begin(), remainders.begin() + round - 1, remainders.end(),
                     comes_first);
    for (std::ptrdiff_t k = 0; k < round; ++k) {
      parts[remainders[static_cast<std::size_t>(k)].index] += Satoshi(1);
    }
    left -= round;
  }
}

}  // namespace aicmp
