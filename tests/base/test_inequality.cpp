#include <array>
#include <cmath>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/inequality.hpp"

namespace aicmp {
namespace {

std::vector<double> powers(const std::vector<double>& amounts, double eta) {
  std::vector<double> result;
  for (double amount : amounts) result.push_back(std::pow(amount, eta));
  return result;
}

/// Midpoint quantiles of a log-normal law: a population without sampling noise.
std::vector<double> lognormal_population(double sigma, int count) {
  const boost::math::normal law;
  std::vector<double> amounts;
  for (int i = 0; i < count; ++i) {
    amounts.push_back(std::exp(sigma * boost::math::quantile(law, (i + 0.5) / count)));
  }
  return amounts;
}

}  // namespace

TEST_CASE("equal amounts: no inequality; one owner: all of it") {
  const std::vector<double> equal(8, 3.0);
  CHECK(gini(equal) == 0.0);
  CHECK(herfindahl(equal) == doctest::Approx(1.0 / 8.0));
  CHECK(nakamoto_number(equal) == 5);  // 4 hold half, not more
  CHECK(lorenz_curve(equal, 4) == std::vector{0.0, 0.25, 0.5, 0.75, 1.0});

  std::vector<double> one(8, 0.0);
  one[3] = 2.0;
  CHECK(gini(one) == doctest::Approx(7.0 / 8.0));
  CHECK(herfindahl(one) == 1.0);
  CHECK(nakamoto_number(one) == 1);
  CHECK(lorenz_curve(one, 8)[7] == 0.0);
}

TEST_CASE("nothing to share counts as equal") {
  for (const std::vector<double>& amounts : {std::vector<double>{}, std::vector<double>(3, 0.0)}) {
    CHECK(gini(amounts) == 0.0);
    CHECK(herfindahl(amounts) == 0.0);
    CHECK(nakamoto_number(amounts) == 0);
    CHECK(lorenz_curve(amounts, 2) == std::vector{0.0, 0.5, 1.0});
  }
}

TEST_CASE("three miners under eta = .9 (C13)") {
  const std::vector<double> paid = powers({100.0, 10.0, 1.0}, 0.9);
  const double total = paid[0] + paid[1] + paid[2];
  CHECK(paid[0] / total == doctest::Approx(0.875855).epsilon(1e-5));
  // (2i - n - 1) is -2, 0, 2; and shares .875855, .110264, .013881.
  CHECK(gini(paid) == doctest::Approx(2.0 * (0.875855 - 0.013881) / 3.0).epsilon(1e-5));
  CHECK(herfindahl(paid) ==
        doctest::Approx(0.875855 * 0.875855 + 0.110264 * 0.110264 + 0.013881 * 0.013881)
            .epsilon(1e-5));
  CHECK(nakamoto_number(paid) == 1);
}

TEST_CASE("Zipf 1.1 over 200 miners under eta = .9 (C34)") {
  std::vector<double> sizes;
  for (int rank = 1; rank <= 200; ++rank) sizes.push_back(std::pow(rank, -1.1));
  const std::vector<double> paid = powers(sizes, 0.9);
  CHECK(gini(paid) == doctest::Approx(0.65812).epsilon(1e-5));
  CHECK(herfindahl(paid) == doctest::Approx(0.045757).epsilon(1e-5));
}

TEST_CASE("Gini of a log-normal population is erf(sigma / 2)") {
  CHECK(gini(lognormal_population(1.0, 100'000)) == doctest::Approx(0.5205).epsilon(1e-4));
  for (double sigma : {0.3, 0.8, 1.5}) {
    CHECK(gini(lognormal_population(sigma, 100'000)) ==
          doctest::Approx(std::erf(sigma / 2.0)).epsilon(1e-3));
  }
}

TEST_CASE("order, unit and replication of the population do not matter") {
  Rng rng({.seed = 60}, StreamId::kTest);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<double> amounts;
    for (int i = 0; i < 1 + trial % 40; ++i) amounts.push_back(exponential(rng));
    std::vector<double> reversed(amounts.rbegin(), amounts.rend());
    std::vector<double> twice(amounts);
    twice.insert(twice.end(), amounts.begin(), amounts.end());
    for (double& amount : reversed) amount *= 1e8;
    CHECK(gini(reversed) == doctest::Approx(gini(amounts)).epsilon(1e-12));
    CHECK(gini(twice) == doctest::Approx(gini(amounts)).epsilon(1e-12));
    CHECK(herfindahl(reversed) == doctest::Approx(herfindahl(amounts)).epsilon(1e-12));
    CHECK(herfindahl(twice) == doctest::Approx(herfindahl(amounts) / 2.0).epsilon(1e-12));
    CHECK(nakamoto_number(reversed) == nakamoto_number(amounts));
  }
}

TEST_CASE("Gini is one less twice the area below the Lorenz curve, which is convex and ends at 1") {
  Rng rng({.seed = 61}, StreamId::kTest);
  std::vector<double> amounts;
  for (int i = 0; i < 250; ++i) amounts.push_back(exponential(rng));
  const std::vector<double> curve = lorenz_curve(amounts, 250);
  double twice_area = 0.0;
  for (std::size_t k = 1; k < curve.size(); ++k) {
    twice_area += (curve[k] + curve[k - 1]) / 250.0;
    if (k >= 2) CHECK(curve[k] - curve[k - 1] >= curve[k - 1] - curve[k - 2] - 1e-12);
  }
  CHECK(curve.front() == 0.0);
  CHECK(curve.back() == doctest::Approx(1.0).epsilon(1e-12));
  CHECK(gini(amounts) == doctest::Approx(1.0 - twice_area).epsilon(1e-10));
}

}  // namespace aicmp
