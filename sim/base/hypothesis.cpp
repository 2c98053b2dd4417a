#include "sim/base/hypothesis.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

std::vector<double> sorted(std::span<const double> samples) {
  AICMP_ASSERT(!samples.empty());
  std::vector<double> ascending(samples.begin(), samples.end());
  std::sort(ascending.begin(), ascending.end());
  return ascending;
}

TestResult ks_result(double distance, double effective_size) {
  const double root = std::sqrt(effective_size);
  return {distance, kolmogorov_tail((root + 0.12 + 0.11 / root) * distance)};
}

}  // namespace

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto tests_left = static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, tests_left * p_values[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

double kolmogorov_tail(double x) {
  constexpr double kPi = boost::math::constants::pi<double>();
  if (x <= 0.0) return 1.0;
  // Both series are exact; each converges within five terms on its side of 1.
  double sum = 0.0;
  if (x < 1.0) {
    for (int k = 1; k <= 9; k += 2) sum += std::exp(-k * k * kPi * kPi / (8.0 * x * x));
    return std::clamp(1.0 - std::sqrt(2.0 * kPi) / x * sum, 0.0, 1.0);
  }
  for (int k = 1; k <= 5; ++k) sum += (k % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * k * k * x * x);
  return sum;
}

TestResult ks_test(std::span<const double> samples, const std::function<double(double)>& cdf) {
  const std::vector<double> ascending = sorted(samples);
  const auto count = static_cast<double>(ascending.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double expected = cdf(ascending[i]);
    const auto below = static_cast<double>(i);
    distance = std::max({distance, expected - below / count, (below + 1.0) / count - expected});
  }
  return ks_result(distance, count);
}

TestResult ks_test(std::span<const double> first, std::span<const double> second) {
  const std::vector<double> a = sorted(first);
  const std::vector<double> b = sorted(second);
  const auto count_a = static_cast<double>(a.size());
  const auto count_b = static_cast<double>(b.size());
  double distance = 0.0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const double x = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= x) ++i;
    while (j < b.size() && b[j] <= x) ++j;
    distance = std::max(
        distance, std::abs(static_cast<double>(i) / count_a - static_cast<double>(j) / count_b));
  }
  return ks_result(distance, count_a * count_b / (count_a + count_b));
}

double chi_square_tail(double statistic, double degrees_of_freedom) {
  return boost::math::gamma_q(degrees_of_freedom / 2.0, statistic / 2.0);
}

TestResult chi_square_test(std::span<const std::int64_t> observed, std::span<const double> expected,
                           int fitted) {
  AICMP_ASSERT(observed.size() == expected.size());
  const auto freedom = static_cast<double>(observed.size()) - 1.0 - fitted;
  AICMP_ASSERT(freedom >= 1.0);
  double statistic = 0.0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    AICMP_ASSERT(expected[i] > 0.0);
    const double surplus = static_cast<double>(observed[i]) - expected[i];
    statistic += surplus * surplus / expected[i];
  }
  return {statistic, chi_square_tail(statistic, freedom)};
}

double poisson_upper_tail(std::int64_t count, double mean) {
  if (count <= 0) return 1.0;
  return boost::math::gamma_p(static_cast<double>(count), mean);
}

double poisson_lower_tail(std::int64_t count, double mean) {
  if (count < 0) return 0.0;
  return boost::math::gamma_q(static_cast<double>(count) + 1.0, mean);
}

}  // namespace aicmp
