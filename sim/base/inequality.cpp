#include "sim/base/inequality.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

double total(std::span<const double> amounts) {
  double sum = 0.0;
  for (const double amount : amounts) {
    AICMP_ASSERT(amount >= 0.0);
    sum += amount;
  }
  return sum;
}

template <typename Order>
std::vector<double> sorted(std::span<const double> amounts, Order order) {
  std::vector<double> result(amounts.begin(), amounts.end());
  std::sort(result.begin(), result.end(), order);
  return result;
}

}  // namespace

double gini(std::span<const double> amounts) {
  const double sum = total(amounts);
  if (!(sum > 0.0)) return 0.0;
  const auto count = static_cast<double>(amounts.size());
  const std::vector<double> ascending = sorted(amounts, std::less<>());
  double weighted = 0.0;
  double rank = 1.0 - count;  // 2i - n - 1
  for (const double amount : ascending) {
    weighted += rank * amount;
    rank += 2.0;
  }
  return weighted / (count * sum);
}

std::vector<double> lorenz_curve(std::span<const double> amounts, std::size_t steps) {
  AICMP_ASSERT(steps > 0);
  const std::vector<double> ascending = sorted(amounts, std::less<>());
  const double sum = total(amounts);
  std::vector<double> curve(steps + 1);
  double below = 0.0;  // sum of the `member` poorest
  std::size_t member = 0;
  for (std::size_t step = 0; step <= steps; ++step) {
    const double share = static_cast<double>(step) / static_cast<double>(steps);
    if (!(sum > 0.0)) {
      curve[step] = share;
      continue;
    }
    const double position = share * static_cast<double>(ascending.size());
    while (member < ascending.size() && static_cast<double>(member + 1) <= position) {
      below += ascending[member++];
    }
    const double part = position - static_cast<double>(member);
    const double next = member < ascending.size() ? ascending[member] : 0.0;
    curve[step] = (below + part * next) / sum;
  }
  return curve;
}

double herfindahl(std::span<const double> amounts) {
  const double sum = total(amounts);
  if (!(sum > 0.0)) return 0.0;
  double index = 0.0;
  for (const double amount : amounts) index += (amount / sum) * (amount / sum);
  return index;
}

std::size_t nakamoto_number(std::span<const double> amounts) {
  const double sum = total(amounts);
  if (!(sum > 0.0)) return 0;
  const std::vector<double> descending = sorted(amounts, std::greater<>());
  double held = 0.0;
  std::size_t owners = 0;
  while (held <= 0.5 * sum && owners < descending.size()) held += descending[owners++];
  return owners;
}

}  // namespace aicmp
