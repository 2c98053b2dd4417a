#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/game/eta_parts.hpp"
#include "sim/game/sybil.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

namespace {

std::vector<double> one_and(double size, std::size_t others, double other) {
  std::vector<double> sizes(others + 1, other);
  sizes[0] = size;
  return sizes;
}

}  // namespace

TEST_CASE("gains of splitting as printed, and as found by splitting") {
  struct Row {
    double size, eta, printed;
    std::size_t others;
    double other;
    int k;
  };
  for (const Row& row :
       {Row{0.1, 0.5, 1.934341, 90, 0.01, 4}, Row{0.1, 0.9, 1.233033, 90, 0.01, 10},
        Row{0.3, 0.7, 1.413896, 7, 0.1, 5}}) {
    CAPTURE(row.printed);
    std::vector<double> sizes = one_and(row.size, row.others, row.other);
    const double part = eta_parts(sizes, row.eta)[0];
    const double gain = split_gain(part, row.eta, row.k);
    CHECK(prints_as(gain, row.printed, 6));
    sizes[0] = row.size / row.k;
    for (int i = 1; i < row.k; ++i) sizes.insert(sizes.begin(), row.size / row.k);
    CHECK(row.k * eta_parts(sizes, row.eta)[0] / part == doctest::Approx(gain).epsilon(1e-13));
  }
  CHECK(prints_as(split_gain(1e-12, 0.8, 2.0), 1.1487, 4));
  CHECK(prints_as(split_gain(1e-12, 0.8, 10.0), 1.5849, 4));
  CHECK(split_gain(0.3, 1.0, 7.0) == 1.0);
  CHECK(split_gain(1.0, 0.5, 7.0) == 1.0);
}

TEST_CASE("spreading over pools needs no false identity") {
  CHECK(prints_as(spread_gain(0.01, 0.8, 10.0), 1.598, 3));
  CHECK(spread_gain(0.2, 0.8, 10.0) > split_gain(0.2, 0.8, 10.0));
  CHECK(spread_gain(0.2, 1.0, 1.0) == 1.0);
}

TEST_CASE("parts of the eta rule") {
  const std::vector<double> sizes{100.0, 10.0, 1.0};
  const std::vector<double> parts = eta_parts(sizes, 0.9);
  CHECK(prints_as(parts[0], 0.875855, 6));
  CHECK(prints_as(parts[1], 0.110264, 6));
  CHECK(prints_as(parts[2], 0.013881, 6));
  const std::vector<double> with_idle{3.0, 0.0, 1.0};
  CHECK(eta_parts(with_idle, 0.0) == std::vector<double>{0.5, 0.0, 0.5});
  const std::vector<double> tiny{3e-300, 1e-300};
  CHECK(eta_parts(tiny, 1.0)[0] == doctest::Approx(0.75));
}

TEST_CASE("the best number of identities is the best of all numbers") {
  for (const double eta : {0.3, 0.7, 0.9, 0.99}) {
    for (const double part : {0.001, 0.1, 0.6}) {
      for (const double cost : {1e-5, 1e-3, 0.1}) {
        CAPTURE(eta);
        CAPTURE(part);
        CAPTURE(cost);
        const SplitPlan plan = best_split(part, eta, 1.0, cost, 5000);
        double best = 0.0;
        for (int k = 1; k <= 5000; ++k) {
          best = std::max(best, part * (split_gain(part, eta, k) - 1.0) - cost * (k - 1));
        }
        CHECK(plan.profit == doctest::Approx(best).epsilon(1e-12));
        if (cost > deterring_identity_cost(part, eta, 1.0)) CHECK(plan.identities == 1);
      }
    }
  }
  // Far from the pool's total, near the power law.
  const SplitPlan plan = best_split(1e-5, 0.8, 1.0, 1e-9, 1'000'000);
  CHECK(static_cast<double>(plan.identities) ==
        doctest::Approx(std::pow(0.2 * 1e-5 / 1e-9, 1.0 / 0.8)).epsilon(0.05));
}

TEST_CASE("when everybody has split, pay is proportional") {
  const std::vector<double> sizes{100.0, 10.0, 1.0};
  CHECK(everyone_splits_gain(sizes, 0, 0.9) ==
        doctest::Approx(100.0 / 111.0 / 0.875855).epsilon(1e-6));
  CHECK(everyone_splits_gain(sizes, 2, 0.9) < 1.0);
  CHECK(everyone_splits_gain(sizes, 1, 1.0) == doctest::Approx(1.0));
}
