#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/interval.hpp"
#include "sim/base/samples.hpp"

namespace aicmp {
namespace {

// Spatial test A of 26 children: Efron and Tibshirani, An Introduction to the Bootstrap,
// table 14.1.
constexpr std::array<double, 26> kSpatial = {48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
                                             0,  33, 28, 34, 4,  32, 24, 47, 41, 24, 26, 30, 41};

double plug_in_variance(std::span<const double> samples) {
  const double centre = mean(samples);
  double squares = 0.0;
  for (double sample : samples) squares += (sample - centre) * (sample - centre);
  return squares / static_cast<double>(samples.size());
}

}  // namespace

TEST_CASE("t_interval: quantile 2.776445 at four degrees of freedom") {
  Moments moments;
  for (double sample : {1.0, 2.0, 3.0, 4.0, 5.0}) moments.add(sample);
  const Interval interval = t_interval(moments);
  CHECK(interval.estimate == 3.0);
  CHECK(interval.high - 3.0 == doctest::Approx(2.776445105 * std::sqrt(0.5)).epsilon(1e-9));
  CHECK(3.0 - interval.low == doctest::Approx(interval.high - 3.0));
}

TEST_CASE("intervals below two samples are infinite") {
  Moments moments;
  moments.add(3.0);
  CHECK(std::isinf(t_interval(moments).high));
  const Interval interval = bca_interval(std::array{3.0}, mean, {.seed = 40});
  CHECK(interval.estimate == 3.0);
  CHECK(std::isinf(interval.low));
}

TEST_CASE("BCa interval of a variance agrees with the published one") {
  // Table 14.2: estimate 171.5, 90 % BCa interval (115.8, 259.6), from 2000 resamples; SciPy 1.17
  // with 200,000 gives (115.4, 260.3). The standard error of an end of ours is about 0.5: that of
  // a 5 % quantile, sqrt(.05 x .95 / 50,000) / density, with that of the bias correction.
  const Interval interval = bca_interval(kSpatial, plug_in_variance, {.seed = 41}, 0, 0.9, 50'000);
  CHECK(interval.estimate == doctest::Approx(171.53).epsilon(1e-4));
  CHECK(std::abs(interval.low - 115.4) < 4.0 * 0.5);
  CHECK(std::abs(interval.high - 260.3) < 4.0 * 0.7);
}

TEST_CASE("BCa interval moves and stretches with its samples") {
  std::vector<double> scaled;
  for (double sample : kSpatial) scaled.push_back(1000.0 + 2.0 * sample);
  const Interval plain = bca_interval(kSpatial, mean, {.seed = 42}, 0, 0.95, 2000);
  const Interval other = bca_interval(scaled, mean, {.seed = 42}, 0, 0.95, 2000);
  CHECK(other.low == doctest::Approx(1000.0 + 2.0 * plain.low).epsilon(1e-9));
  CHECK(other.high == doctest::Approx(1000.0 + 2.0 * plain.high).epsilon(1e-9));
}

TEST_CASE("BCa interval of equal samples has no width") {
  const Interval interval = bca_interval(std::array{5.0, 5.0, 5.0}, mean, {.seed = 43});
  CHECK(interval.low == 5.0);
  CHECK(interval.high == 5.0);
}

TEST_CASE("BCa interval is the same each time and another for another entity") {
  const Interval first = bca_interval(kSpatial, mean, {.seed = 44}, 7, 0.95, 500);
  const Interval again = bca_interval(kSpatial, mean, {.seed = 44}, 7, 0.95, 500);
  const Interval other = bca_interval(kSpatial, mean, {.seed = 44}, 8, 0.95, 500);
  CHECK(first.low == again.low);
  CHECK(first.high == again.high);
  CHECK(first.low != other.low);
}

TEST_CASE("BCa interval covers the mean of skewed samples as often as it says") {
  // 4 standard errors of a coverage of .95 seen in 1000 trials.
  constexpr int kTrials = 1000;
  const double bound = 4.0 * std::sqrt(0.95 * 0.05 / kTrials);
  int covered = 0;
  for (std::uint32_t trial = 0; trial < kTrials; ++trial) {
    Rng rng({.seed = 45}, StreamId::kTest, trial);
    std::vector<double> samples(100);
    for (double& sample : samples) sample = exponential(rng);
    const Interval interval = bca_interval(samples, mean, {.seed = 45}, trial, 0.95, 1000);
    covered += interval.low <= 1.0 && 1.0 <= interval.high;
  }
  CHECK(std::abs(covered / static_cast<double>(kTrials) - 0.95) < bound);
}

}  // namespace aicmp
