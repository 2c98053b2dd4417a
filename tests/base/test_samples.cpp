#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"

namespace aicmp {

TEST_CASE("Moments: exact on small samples, zero variance below two") {
  Moments moments;
  CHECK(moments.variance() == 0.0);
  CHECK(moments.standard_error() == 0.0);
  moments.add(4.0);
  CHECK(moments.mean() == 4.0);
  CHECK(moments.variance() == 0.0);
  for (double sample : {7.0, 13.0, 16.0}) moments.add(sample);
  CHECK(moments.count() == 4);
  CHECK(moments.mean() == 10.0);
  CHECK(moments.variance() == doctest::Approx(30.0));
  CHECK(moments.standard_error() == doctest::Approx(std::sqrt(30.0 / 4.0)));
}

TEST_CASE("Moments keep their digits far from zero, where the textbook formula loses them") {
  Moments moments;
  for (double sample : {4.0, 7.0, 13.0, 16.0}) moments.add(1e9 + sample);
  CHECK(moments.variance() == doctest::Approx(30.0).epsilon(1e-12));
}

TEST_CASE("Moments merged from parts equal those of the whole") {
  Rng rng({.seed = 30}, StreamId::kTest);
  Moments whole;
  std::array<Moments, 4> parts;  // the last stays empty
  for (int i = 0; i < 10'000; ++i) {
    const double sample = 100.0 + normal(rng);
    whole.add(sample);
    parts[static_cast<std::size_t>(i % 7 % 3)].add(sample);
  }
  Moments merged;
  for (const Moments& part : parts) merged.merge(part);
  CHECK(merged.count() == whole.count());
  CHECK(merged.mean() == doctest::Approx(whole.mean()).epsilon(1e-13));
  CHECK(merged.variance() == doctest::Approx(whole.variance()).epsilon(1e-11));
}

TEST_CASE("quantile interpolates between order statistics as R and numpy do") {
  const std::array<double, 4> samples = {1.0, 2.0, 3.0, 4.0};
  CHECK(quantile(samples, 0.0) == 1.0);
  CHECK(quantile(samples, 0.25) == 1.75);
  CHECK(quantile(samples, 0.5) == 2.5);
  CHECK(quantile(samples, 1.0) == 4.0);
  CHECK(quantile(std::array{7.0}, 0.3) == 7.0);
}

TEST_CASE("autocorrelation: by hand, and at its ends") {
  const std::array<double, 4> series = {1.0, 2.0, 3.0, 4.0};  // deviations -1.5 -.5 .5 1.5
  CHECK(autocorrelation(series, 0) == 1.0);
  CHECK(autocorrelation(series, 1) == doctest::Approx((0.75 - 0.25 + 0.75) / 5.0));
  CHECK(autocorrelation(series, 3) == doctest::Approx(-2.25 / 5.0));
  CHECK(autocorrelation(series, 4) == 0.0);
  CHECK(autocorrelation(std::array{2.0, 2.0, 2.0}, 1) == 0.0);
}

TEST_CASE("autocorrelation of an AR(1) process is phi^lag") {
  // Bartlett: var(r_k) n = (1 + phi^2)(1 - phi^2k)/(1 - phi^2) - 2k phi^2k.
  constexpr int kSteps = 100'000;
  constexpr double kPhi = 0.8;
  Rng rng({.seed = 31}, StreamId::kTest);
  std::vector<double> series(kSteps);
  double level = normal(rng) / std::sqrt(1.0 - kPhi * kPhi);
  for (double& value : series) value = level = kPhi * level + normal(rng);
  for (int lag : {1, 2, 5, 20}) {
    const double square = std::pow(kPhi, 2 * lag);
    const double variance =
        (1.0 + kPhi * kPhi) * (1.0 - square) / (1.0 - kPhi * kPhi) - 2.0 * lag * square;
    CHECK(std::abs(autocorrelation(series, static_cast<std::size_t>(lag)) - std::pow(kPhi, lag)) <
          4.0 * std::sqrt(variance / kSteps));
  }
}

}  // namespace aicmp
