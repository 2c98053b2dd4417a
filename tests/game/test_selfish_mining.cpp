#include <doctest/doctest.h>

#include "sim/game/selfish_mining.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

TEST_CASE("SM1 revenue and threshold") {
  CHECK(prints_as(selfish_mining_revenue(0.33, 0.0), 0.32697, 5));
  CHECK(prints_as(selfish_mining_revenue(0.40, 0.5), 0.52558, 5));
  CHECK(prints_as(selfish_mining_revenue(0.30, 0.5), 0.32687, 5));
  CHECK(selfish_mining_threshold(0.5) == 0.25);
  CHECK(selfish_mining_threshold(0.0) == doctest::Approx(1.0 / 3.0));
  CHECK(selfish_mining_threshold(1.0) == 0.0);
  for (double gamma = 0.0; gamma < 1.0; gamma += 0.1) {
    const double alpha = selfish_mining_threshold(gamma);
    CHECK(selfish_mining_revenue(alpha, gamma) == doctest::Approx(alpha).epsilon(1e-12));
    CHECK(selfish_mining_revenue(alpha + 0.01, gamma) > alpha + 0.01);
    CHECK(selfish_mining_revenue(0.9 * alpha, gamma) < 0.9 * alpha);
  }
}
