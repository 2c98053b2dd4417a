#include "sim/pool/apportion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/base/error.hpp"

namespace aicmp {

void apportion(Satoshi total, std::span<const double> weights, std::vector<Satoshi>& parts) {
  AICMP_ASSERT(total >= Satoshi(0));
  double sum = 0.0;
  for (double weight : weights) sum += weight;
  AICMP_ASSERT(sum > 0.0 && std::isfinite(sum));

  struct Remainder {
    double fraction;
    std::uint32_t index;
  };
  static thread_local std::vector<Remainder> remainders;
  remainders.clear();
  parts.assign(weights.size(), Satoshi(0));

  const double per_weight = static_cast<double>(total.value()) / sum;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0.0) continue;
    const double quota = weights[i] * per_weight;
    const double whole = std::floor(quota);
    parts[i] = Satoshi(static_cast<std::int64_t>(whole));
    given += parts[i].value();
    remainders.push_back({quota - whole, static_cast<std::uint32_t>(i)});
  }

  // Rounding of the quotas can move the whole parts past `total` by a satoshi when one miner takes
  // nearly everything: take it back where the remainder is smallest.
  const auto by_remainder = [](const Remainder& a, const Remainder& b) {
    return a.fraction != b.fraction ? a.fraction > b.fraction : a.index < b.index;
  };
  std::int64_t left = total.value() - given;
  while (left < 0) {
    const auto smallest = std::max_element(remainders.begin(), remainders.end(), by_remainder);
    parts[smallest->index] -= Satoshi(1);
    smallest->fraction = 1.0;
    ++left;
  }
  while (left > 0) {
    const auto round = static_cast<std::ptrdiff_t>(
        std::min<std::int64_t>(left, static_cast<std::int64_t>(remainders.size())));
    std::nth_element(remainders.begin(), remainders.begin() + round - 1, remainders.end(),
                     by_remainder);
    for (std::ptrdiff_t k = 0; k < round; ++k) {
      parts[remainders[static_cast<std::size_t>(k)].index] += Satoshi(1);
    }
    left -= round;
  }
}

}  // namespace aicmp
