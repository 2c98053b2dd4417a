#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/base/moments.hpp"

namespace aicmp {
namespace {

// A right sampler fails a p-value bound of 1e-4 once in 10,000 seeds; seeds are fixed.
constexpr double kSmallestP = 1e-4;

Moments moments_of(const std::vector<double>& samples) {
  Moments moments;
  for (double sample : samples) moments.add(sample);
  return moments;
}

/// Mean and variance within 4 standard errors; that of the variance is sqrt((m4 - var^2) / n).
void check_moments(const Moments& seen, double mean, double variance, double fourth_moment) {
  const auto count = static_cast<double>(seen.count());
  CHECK(std::abs(seen.mean() - mean) < 4.0 * std::sqrt(variance / count));
  CHECK(std::abs(seen.variance() - variance) <
        4.0 * std::sqrt((fourth_moment - variance * variance) / count));
}

/// Chi-square test of integers against `cdf`, in cells of at least 20 expected counts.
double chi_square_p(const std::vector<std::int64_t>& samples, std::int64_t low, std::int64_t high,
                    const std::function<double(std::int64_t)>& cdf) {
  const auto count = static_cast<double>(samples.size());
  std::vector<std::int64_t> upper_ends;
  std::vector<double> expected;
  double below = 0.0;
  for (std::int64_t value = low; value < high; ++value) {
    const double mass = count * (cdf(value) - below);
    if (mass < 20.0 || count * (1.0 - cdf(value)) < 20.0) continue;
    upper_ends.push_back(value);
    expected.push_back(mass);
    below = cdf(value);
  }
  expected.push_back(count * (1.0 - below));
  std::vector<std::int64_t> observed(expected.size());
  for (std::int64_t sample : samples) {
    const auto cell = std::lower_bound(upper_ends.begin(), upper_ends.end(), sample);
    ++observed[static_cast<std::size_t>(cell - upper_ends.begin())];
  }
  return chi_square_test(observed, expected).p_value;
}

std::vector<double> sample(int count, const std::function<double(Rng&)>& draw) {
  Rng rng({.seed = 20}, StreamId::kTest);
  std::vector<double> samples(static_cast<std::size_t>(count));
  for (double& value : samples) value = draw(rng);
  return samples;
}

}  // namespace

TEST_CASE("uniform: moments, law and range") {
  const std::vector<double> samples = sample(200'000, uniform);
  check_moments(moments_of(samples), 0.5, 1.0 / 12.0, 1.0 / 80.0);
  CHECK(ks_test(samples, [](double x) { return x; }).p_value > kSmallestP);
  CHECK(*std::min_element(samples.begin(), samples.end()) >= 0.0);
  CHECK(*std::max_element(samples.begin(), samples.end()) < 1.0);
  const auto uses_bit_53 = [](double x) { return std::fmod(x * 0x1.0p53, 2.0) == 1.0; };
  const auto odd = std::count_if(samples.begin(), samples.end(), uses_bit_53);
  CHECK(std::abs(static_cast<double>(odd) - 100'000.0) < 4.0 * std::sqrt(200'000.0 / 4.0));
}

TEST_CASE("exponential of mean 1: moments and law") {
  const std::vector<double> samples = sample(200'000, exponential);
  check_moments(moments_of(samples), 1.0, 1.0, 9.0);
  CHECK(ks_test(samples, [](double x) { return -std::expm1(-x); }).p_value > kSmallestP);
}

TEST_CASE("standard normal: moments and law") {
  const std::vector<double> samples = sample(200'000, normal);
  check_moments(moments_of(samples), 0.0, 1.0, 3.0);
  const auto cdf = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
  CHECK(ks_test(samples, cdf).p_value > kSmallestP);
}

TEST_CASE("Poisson: moments and law from small to large means") {
  for (double mean : {0.5, 5.0, 200.0, 1e6}) {
    CAPTURE(mean);
    Rng rng({.seed = 21}, StreamId::kTest);
    std::vector<std::int64_t> samples(200'000);
    Moments moments;
    for (std::int64_t& value : samples) {
      value = poisson(rng, mean);
      moments.add(static_cast<double>(value));
    }
    check_moments(moments, mean, mean, mean * (1.0 + 3.0 * mean));
    const boost::math::poisson law(mean);
    const double reach = 6.0 * std::sqrt(mean) + 10.0;
    const auto low = static_cast<std::int64_t>(std::max(0.0, mean - reach));
    const auto high = static_cast<std::int64_t>(mean + reach);
    const auto cdf = [&](std::int64_t k) { return boost::math::cdf(law, static_cast<double>(k)); };
    CHECK(chi_square_p(samples, low, high, cdf) > kSmallestP);
  }
}

TEST_CASE("Poisson: no counts without a mean, and no overflow at a year of a whole network") {
  Rng rng({.seed = 22}, StreamId::kTest);
  CHECK(poisson(rng, 0.0) == 0);
  CHECK(poisson(rng, -1.0) == 0);
  CHECK(poisson(rng, std::nan("")) == 0);
  const auto many = static_cast<double>(poisson(rng, 1e15));
  CHECK(std::abs(many - 1e15) < 5.0 * std::sqrt(1e15));
}

TEST_CASE("binomial: moments and law") {
  struct Case {
    std::int64_t trials;
    double probability;
  };
  for (const Case& c : {Case{10, 0.3}, Case{1000, 0.001}, Case{500, 0.5}, Case{1'000'000, 0.98}}) {
    CAPTURE(c.trials);
    Rng rng({.seed = 23}, StreamId::kTest);
    std::vector<std::int64_t> samples(200'000);
    Moments moments;
    for (std::int64_t& value : samples) {
      value = binomial(rng, c.trials, c.probability);
      moments.add(static_cast<double>(value));
    }
    const auto trials = static_cast<double>(c.trials);
    const double pq = c.probability * (1.0 - c.probability);
    const double variance = trials * pq;
    check_moments(moments, trials * c.probability, variance,
                  variance * (1.0 + 3.0 * (trials - 2.0) * pq));
    const boost::math::binomial law(trials, c.probability);
    const double reach = 6.0 * std::sqrt(variance) + 10.0;
    const double centre = trials * c.probability;
    const auto low = static_cast<std::int64_t>(std::max(0.0, centre - reach));
    const auto high = static_cast<std::int64_t>(std::min(trials, centre + reach));
    const auto cdf = [&](std::int64_t k) { return boost::math::cdf(law, static_cast<double>(k)); };
    CHECK(chi_square_p(samples, low, high, cdf) > kSmallestP);
  }
}

TEST_CASE("binomial: certain outcomes draw nothing") {
  Rng rng({.seed = 24}, StreamId::kTest);
  Rng untouched = rng;
  CHECK(binomial(rng, 0, 0.5) == 0);
  CHECK(binomial(rng, 100, 0.0) == 0);
  CHECK(binomial(rng, 100, 1.0) == 100);
  CHECK(rng() == untouched());
}

}  // namespace aicmp
