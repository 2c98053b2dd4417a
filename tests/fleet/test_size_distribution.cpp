#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <doctest/doctest.h>

#include "sim/base/hypothesis.hpp"
#include "sim/base/inequality.hpp"
#include "sim/base/moments.hpp"
#include "sim/fleet/size_distribution.hpp"

namespace aicmp {
namespace {

constexpr int kMiners = 200'000;
constexpr double kMeanThs = 500.0;
constexpr double kSmallestP = 1e-4;

std::vector<double> draw(const SizeConfig& config, int miners = kMiners) {
  std::vector<double> sizes;
  Rng rng({.seed = 70}, StreamId::kTest);
  for (int i = 0; i < miners; ++i) sizes.push_back(draw_hashrate_ths(config, kMeanThs, i, rng));
  return sizes;
}

Moments moments_of(const std::vector<double>& samples) {
  Moments moments;
  for (double sample : samples) moments.add(sample);
  return moments;
}

double normal_cdf(double z) {
  return boost::math::cdf(boost::math::normal(), z);
}

}  // namespace

TEST_CASE("fixed: all alike, no draws") {
  Rng rng({.seed = 71}, StreamId::kTest);
  Rng untouched = rng;
  CHECK(draw_hashrate_ths({.shape = SizeShape::kFixed}, kMeanThs, 0, rng) == kMeanThs);
  CHECK(rng() == untouched());
}

TEST_CASE("log-normal: mean, law and Gini in closed form") {
  for (double sigma : {0.25, 1.0, 1.5}) {
    CAPTURE(sigma);
    const std::vector<double> sizes = draw({.shape = SizeShape::kLognormal, .sigma = sigma});
    const double deviation = kMeanThs * std::sqrt(std::expm1(sigma * sigma));
    CHECK(std::abs(moments_of(sizes).mean() - kMeanThs) < 4.0 * deviation / std::sqrt(kMiners));

    std::vector<double> logs;
    for (double size : sizes) logs.push_back(std::log(size / kMeanThs));
    const Moments seen = moments_of(logs);
    CHECK(std::abs(seen.mean() + sigma * sigma / 2.0) < 4.0 * sigma / std::sqrt(kMiners));
    CHECK(std::abs(seen.variance() - sigma * sigma) <
          4.0 * sigma * sigma * std::sqrt(2.0 / kMiners));
    const auto law = [&](double x) { return normal_cdf(x / sigma + sigma / 2.0); };
    CHECK(ks_test(logs, law).p_value > kSmallestP);
    CHECK(gini(sizes) == doctest::Approx(std::erf(sigma / 2.0)).epsilon(0.02));
  }
}

TEST_CASE("Pareto: mean and variance where they exist, law in closed form") {
  for (double alpha : {1.2, 2.5, 6.0}) {
    CAPTURE(alpha);
    const std::vector<double> sizes = draw({.shape = SizeShape::kPareto, .alpha = alpha});
    const double smallest = kMeanThs * (alpha - 1.0) / alpha;
    CHECK(*std::min_element(sizes.begin(), sizes.end()) >= smallest);
    const auto law = [&](double x) { return 1.0 - std::pow(smallest / x, alpha); };
    CHECK(ks_test(sizes, law).p_value > kSmallestP);
    if (alpha > 2.0) {
      const double variance = kMeanThs * kMeanThs / (alpha * (alpha - 2.0));
      CHECK(std::abs(moments_of(sizes).mean() - kMeanThs) < 4.0 * std::sqrt(variance / kMiners));
    }
    // ln(x / smallest) is exponential of mean 1 / alpha, so the tail index is seen even at 1.2.
    Moments logs;
    for (double size : sizes) logs.add(std::log(size / smallest));
    CHECK(std::abs(logs.mean() - 1.0 / alpha) < 4.0 / alpha / std::sqrt(kMiners));
  }
}

TEST_CASE("the cap moves larger draws onto it and leaves the others alone") {
  constexpr double kCap = 800.0;
  const SizeConfig free{.shape = SizeShape::kLognormal, .sigma = 1.0};
  const SizeConfig capped{.shape = SizeShape::kLognormal, .sigma = 1.0, .max_ths = kCap};
  const std::vector<double> before = draw(free);
  const std::vector<double> after = draw(capped);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (after[i] != std::min(before[i], kCap)) FAIL("miner " << i);
  }
  // E min(X, c) = m N(d) + c (1 - N(d + s)), d = (ln(c / m) - s^2 / 2) / s, at s = 1.
  const double d = std::log(kCap / kMeanThs) - 0.5;
  const double mean = kMeanThs * normal_cdf(d) + kCap * (1.0 - normal_cdf(d + 1.0));
  const Moments seen = moments_of(after);
  CHECK(std::abs(seen.mean() - mean) < 4.0 * seen.standard_error());
}

TEST_CASE("no draw leaves the bounds of a miner, however wild the distribution") {
  for (double size : draw({.shape = SizeShape::kLognormal, .sigma = 5.0})) {
    if (!(size >= kMinMinerThs && size <= kMaxMinerThs)) FAIL(size);
  }
  Rng rng({.seed = 72}, StreamId::kTest);
  const SizeConfig pareto{.shape = SizeShape::kPareto, .alpha = 1.01};
  for (int i = 0; i < 100'000; ++i) {
    const double size = draw_hashrate_ths(pareto, kMaxMinerThs, i, rng);
    if (!(size >= kMinMinerThs && size <= kMaxMinerThs)) FAIL(size);
  }
}

TEST_CASE("a list is dealt out in turn") {
  const SizeConfig list{.shape = SizeShape::kList, .list_ths = {10.0, 200.0, 3.0}};
  CHECK(draw(list, 7) == std::vector{10.0, 200.0, 3.0, 10.0, 200.0, 3.0, 10.0});
}

TEST_CASE("the documented parameters put half of 10,000 miners' hash rate into 20 hands") {
  // Shares of the top q of a population: log-normal N(sigma - z_(1-q)), Pareto q^(1 - 1/alpha).
  constexpr double kTop = 20.0 / 10'000.0;
  const double z = boost::math::quantile(boost::math::normal(), 1.0 - kTop);
  CHECK(normal_cdf(2.88 - z) == doctest::Approx(0.5).epsilon(0.01));
  CHECK(std::pow(kTop, 1.0 - 1.0 / 1.125) == doctest::Approx(0.5).epsilon(0.01));
}

}  // namespace aicmp
