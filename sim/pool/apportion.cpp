#include "sim/pool/apportion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

/// Compensated sum (Knuth's TwoSum): the order of the weights does not show in the result.
double sum_of(std::span<const double> weights, double scale) {
  double sum = 0.0;
  double lost = 0.0;
  for (const double weight : weights) {
    const double term = weight * scale;
    const double next = sum + term;
    const double added = next - sum;
    lost += (sum - (next - added)) + (term - added);
    sum = next;
  }
  return sum + lost;
}

/// One satoshi more for the `count` largest fractions, ties to the lower index. A histogram finds
/// the bucket of the last one, so that only that bucket is sorted.
void round_up_largest(std::span<const double> fractions, std::size_t count,
                      std::vector<Satoshi>& parts) {
  constexpr double kBuckets = 1024.0;
  static thread_local std::vector<std::uint32_t> in_bucket;
  static thread_local std::vector<std::uint32_t> last_bucket;
  const auto bucket_of = [](double fraction) {
    return static_cast<std::size_t>(fraction * kBuckets);
  };
  in_bucket.assign(static_cast<std::size_t>(kBuckets), 0);
  for (const double fraction : fractions) {
    if (fraction >= 0.0) ++in_bucket[bucket_of(fraction)];
  }
  std::size_t last = in_bucket.size();
  std::size_t above = 0;
  do above += in_bucket[--last];
  while (above < count && last > 0);

  last_bucket.clear();
  for (std::uint32_t i = 0; i < fractions.size(); ++i) {
    if (fractions[i] < 0.0 || bucket_of(fractions[i]) < last) continue;
    if (bucket_of(fractions[i]) > last) {
      parts[i] += Satoshi(1);
      --count;
    } else {
      last_bucket.push_back(i);
    }
  }
  std::stable_sort(last_bucket.begin(), last_bucket.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return fractions[a] > fractions[b]; });
  for (std::size_t k = 0; k < count; ++k) parts[last_bucket[k]] += Satoshi(1);
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

  static thread_local std::vector<double> fractions;  // -1 where the weight is 0
  fractions.assign(weights.size(), -1.0);
  parts.assign(weights.size(), Satoshi(0));

  const double per_weight = static_cast<double>(total.value()) / sum;
  std::int64_t given = 0;
  std::int64_t positive = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    AICMP_ASSERT(weights[i] >= 0.0);
    if (weights[i] == 0.0) continue;
    const double quota = weights[i] * scale * per_weight;
    const auto whole = static_cast<std::int64_t>(quota);
    parts[i] = Satoshi(whole);
    given += whole;
    ++positive;
    fractions[i] = quota - static_cast<double>(whole);
  }

  std::int64_t left = total.value() - given;
  // Rounding of the quotas can take the whole parts past the total: take the excess back from the
  // largest part, where it is the smallest change.
  if (left < 0) {
    *std::max_element(parts.begin(), parts.end()) += Satoshi(left);
    return;
  }
  while (left > 0) {
    const std::int64_t round = std::min(left, positive);
    round_up_largest(fractions, static_cast<std::size_t>(round), parts);
    left -= round;
  }
}

}  // namespace aicmp
