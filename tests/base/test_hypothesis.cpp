#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/hypothesis.hpp"

namespace aicmp {

TEST_CASE("Holm's adjustment: a worked example, order kept, never above 1") {
  const std::vector<double> adjusted = holm_adjusted(std::array{0.01, 0.04, 0.03, 0.005});
  CHECK(adjusted[0] == doctest::Approx(0.03));
  CHECK(adjusted[1] == doctest::Approx(0.06));
  CHECK(adjusted[2] == doctest::Approx(0.06));
  CHECK(adjusted[3] == doctest::Approx(0.02));
  CHECK(holm_adjusted(std::array{0.7, 0.9}) == std::vector{1.0, 1.0});
  CHECK(holm_adjusted({}).empty());
}

TEST_CASE("Kolmogorov's distribution at its known quantiles, and joined without a step") {
  CHECK(kolmogorov_tail(0.8275735551899077) == doctest::Approx(0.5).epsilon(1e-10));
  CHECK(kolmogorov_tail(1.3580986393225505) == doctest::Approx(0.05).epsilon(1e-10));
  CHECK(kolmogorov_tail(1.6276236115189503) == doctest::Approx(0.01).epsilon(1e-10));
  CHECK(kolmogorov_tail(std::nextafter(1.0, 0.0)) ==
        doctest::Approx(kolmogorov_tail(1.0)).epsilon(1e-12));
  CHECK(kolmogorov_tail(0.0) == 1.0);
  CHECK(kolmogorov_tail(0.01) == 1.0);
  CHECK(kolmogorov_tail(30.0) == 0.0);
}

TEST_CASE("one-sample Kolmogorov-Smirnov: distance by hand, p-value against the exact one") {
  const auto uniform_law = [](double x) { return x; };
  const TestResult result = ks_test(std::array{0.5, 0.1, 0.2}, uniform_law);
  CHECK(result.statistic == doctest::Approx(0.5));  // at x = .5: F_n reaches 1
  // Marsaglia, Tsang and Wang 2003: P(D_10 < .274) = .628479615...
  std::vector<double> samples(10);
  for (std::size_t i = 0; i < 10; ++i) samples[i] = (static_cast<double>(i) + 1.0) / 10.0 - 0.05;
  samples.front() = 0.274;  // D = .274 - 0
  samples[1] = 0.2740001;
  samples[2] = 0.2740002;
  CHECK(ks_test(samples, uniform_law).statistic == doctest::Approx(0.274).epsilon(1e-5));
  CHECK(std::abs(ks_test(samples, uniform_law).p_value - (1.0 - 0.628479615)) < 0.01);
}

TEST_CASE("two-sample Kolmogorov-Smirnov: distance by hand, ties counted once") {
  CHECK(ks_test(std::array{1.0, 2.0, 3.0}, std::array{4.0, 5.0}).statistic == 1.0);
  CHECK(ks_test(std::array{1.0, 2.0, 3.0, 4.0}, std::array{2.0, 3.0}).statistic == 0.25);
  const TestResult same = ks_test(std::array{1.0, 1.0, 2.0}, std::array{1.0, 1.0, 2.0});
  CHECK(same.statistic == 0.0);
  CHECK(same.p_value == 1.0);
}

TEST_CASE("Kolmogorov-Smirnov p-values are uniform under the null and small otherwise") {
  // 1000 p-values against the uniform law; fails once in 1e4 seeds.
  std::vector<double> one_sample;
  std::vector<double> two_sample;
  for (std::uint32_t trial = 0; trial < 1000; ++trial) {
    Rng rng({.seed = 50}, StreamId::kTest, trial);
    std::vector<double> first(200);
    std::vector<double> second(300);
    for (double& sample : first) sample = exponential(rng);
    for (double& sample : second) sample = exponential(rng);
    one_sample.push_back(ks_test(first, [](double x) { return -std::expm1(-x); }).p_value);
    two_sample.push_back(ks_test(first, second).p_value);
  }
  const auto uniform_law = [](double x) { return x; };
  CHECK(ks_test(one_sample, uniform_law).p_value > 1e-4);
  CHECK(ks_test(two_sample, uniform_law).p_value > 1e-4);

  Rng rng({.seed = 51}, StreamId::kTest);
  std::vector<double> faster(2000);
  std::vector<double> slower(2000);
  for (double& sample : faster) sample = exponential(rng);
  for (double& sample : slower) sample = 1.3 * exponential(rng);
  CHECK(ks_test(faster, slower).p_value < 1e-6);
}

TEST_CASE("chi-square tails at their tabled quantiles") {
  CHECK(chi_square_tail(3.841458820694124, 1) == doctest::Approx(0.05).epsilon(1e-10));
  CHECK(chi_square_tail(18.307038053275146, 10) == doctest::Approx(0.05).epsilon(1e-10));
  CHECK(chi_square_tail(0.0, 3) == 1.0);
}

TEST_CASE("Pearson's chi-square test: Mendel's peas") {
  // 315 : 108 : 101 : 32 against 9 : 3 : 3 : 1 of 556; statistic .470 on three degrees.
  const TestResult result = chi_square_test(std::array<std::int64_t, 4>{315, 108, 101, 32},
                                            std::array{312.75, 104.25, 104.25, 34.75});
  CHECK(result.statistic == doctest::Approx(0.4700).epsilon(1e-3));
  CHECK(result.p_value == doctest::Approx(0.9254).epsilon(1e-3));
}

TEST_CASE("Poisson tails: closed forms, and the false alarms of the Stratum V2 ladder") {
  CHECK(poisson_lower_tail(2, 2.0) == doctest::Approx(5.0 * std::exp(-2.0)));
  CHECK(poisson_upper_tail(3, 2.0) == doctest::Approx(1.0 - 5.0 * std::exp(-2.0)));
  CHECK(poisson_upper_tail(0, 2.0) == 1.0);
  CHECK(poisson_lower_tail(-1, 2.0) == 0.0);
  CHECK(poisson_lower_tail(0, 0.0) == 1.0);
  CHECK(poisson_upper_tail(1, 0.0) == 0.0);

  // Counts deviating by a threshold or more at 6 shares a minute (validation case 17).
  struct Step {
    double seconds, threshold, expected;
  };
  for (const Step& step : {Step{60, 0.60, 0.1459}, Step{120, 0.50, 0.1088}, Step{180, 0.45, 0.0436},
                           Step{240, 0.30, 0.1240}, Step{300, 0.15, 0.4110}}) {
    const double mean = step.seconds / 10.0;
    const double seen =
        poisson_lower_tail(std::llround(std::floor(mean * (1.0 - step.threshold) + 1e-9)), mean) +
        poisson_upper_tail(std::llround(std::ceil(mean * (1.0 + step.threshold) - 1e-9)), mean);
    CHECK(std::abs(seen - step.expected) < 6e-5);
  }
}

}  // namespace aicmp
