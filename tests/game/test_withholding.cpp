#include <cmath>
#include <initializer_list>

#include <doctest/doctest.h>

#include "sim/game/withholding.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

TEST_CASE("withholding by .2 from a pool of .3") {
  const WithholdingGame game{0.2, 0.3};
  const double x = best_withholding(game);
  CHECK(prints_as(x, 0.0361395, 7));
  CHECK(prints_as(withholding_revenue(game, x), 0.203468, 6));
  CHECK(prints_as(withholding_before_retarget(game, x), 0.196115, 6));
  CHECK(prints_as(victim_density(game, x), 0.926, 3));
  CHECK(prints_as(bystander_density(x), 1.037, 3));
  CHECK(prints_as(withholding_payback_epochs(game, x), 1.12, 2));
}

TEST_CASE("the best attack is the root, beats every other, and costs before the retarget") {
  for (const double a : {0.01, 0.2, 0.5, 0.9}) {
    for (const double p : {0.001, 0.05, 0.1}) {
      const WithholdingGame game{a, p};
      const double x = best_withholding(game);
      CHECK((1.0 - a) * (p + x) * (p + x) == doctest::Approx(p * (p + x * x)).epsilon(1e-10));
      for (int i = 0; i <= 200; ++i) {
        const double other = a * i / 200.0;
        CHECK(withholding_revenue(game, x) >= withholding_revenue(game, other) - 1e-15);
        CHECK(withholding_before_retarget(game, other) <= a + 1e-15);
      }
      // Everybody's revenue adds up to all rewards.
      CHECK(withholding_revenue(game, x) + p * victim_density(game, x) +
                (1.0 - a - p) * bystander_density(x) ==
            doctest::Approx(1.0).epsilon(1e-12));
    }
  }
  CHECK(std::isinf(withholding_payback_epochs({0.2, 0.3}, 0.0)));
  CHECK(best_withholding({0.7, 0.3}) == doctest::Approx(0.35));
}

TEST_CASE("a PPS operator bears the attack alone") {
  CHECK(best_pps_withholding(0.2, 0.02) == 0.2);
  CHECK(best_pps_withholding(0.01, 0.02) == 0.0);
  const double x = 0.1;
  CHECK(pps_withholding_revenue(0.2, 0.02, x) ==
        doctest::Approx((0.2 - x) / (1.0 - x) + 0.98 * x / (1.0 - x)));
  CHECK(pps_withholding_loss(0.02, x) == doctest::Approx(x * 0.98 / (1.0 - x)));
  CHECK(pps_withholding_revenue(0.2, 0.02, 0.0) == doctest::Approx(0.2));
}

TEST_CASE("three sigma take six to seven blocks of one's own") {
  CHECK(prints_as(blocks_to_accuse(0.00135), 6.6, 1));
}

TEST_CASE("the miner's dilemma") {
  const MutualWithholding tenth = withholding_equilibrium(0.1, 0.1);
  CHECK(prints_as(tenth.sent[0], 0.005293, 6));
  // The page prints .95720; the exact value .9572059 rounds to .95721.
  CHECK(std::abs(tenth.density[0] - 0.95720) < 1e-5);
  const MutualWithholding unequal = withholding_equilibrium(0.2, 0.1);
  CHECK(prints_as(unequal.sent[0], 0.011637, 6));
  CHECK(prints_as(unequal.sent[1], 0.010281, 6));
  CHECK(prints_as(unequal.density[0], 0.96624, 5));
  CHECK(prints_as(unequal.density[1], 0.91066, 5));
  const MutualWithholding fifth = withholding_equilibrium(0.2, 0.2);
  CHECK(prints_as(fifth.sent[0], 0.0228, 4));
  CHECK(prints_as(fifth.density[0], 0.928333, 6));
  const MutualWithholding third = withholding_equilibrium(0.3, 0.3);
  CHECK(prints_as(third.sent[0], 0.056727, 6));
  CHECK(prints_as(third.density[0], 0.914685, 6));
}

TEST_CASE("no pool gains by leaving the equilibrium, and order does not matter") {
  for (const double m1 : {0.01, 0.1, 0.3, 0.45, 0.7}) {
    for (const double m2 : {0.02, 0.1, 0.3}) {
      CAPTURE(m1);
      CAPTURE(m2);
      const MutualWithholding e = withholding_equilibrium(m1, m2);
      const MutualWithholding r = withholding_equilibrium(m2, m1);
      CHECK(e.sent[0] == doctest::Approx(r.sent[1]).epsilon(1e-9));
      CHECK(e.density[0] == doctest::Approx(r.density[1]).epsilon(1e-9));
      for (int i = 0; i < 100; ++i) {
        const double x = m1 * i / 100.0;
        CHECK(mutual_withholding(m1, m2, x, e.sent[1]).density[0] <= e.density[0] + 1e-14);
      }
      // r1 = (R1 + x12 r2) / (m1 + x21).
      const double found = (m1 - e.sent[0]) / (1.0 - e.sent[0] - e.sent[1]);
      CHECK(e.density[0] ==
            doctest::Approx((found + e.sent[0] * e.density[1]) / (m1 + e.sent[1])).epsilon(1e-12));
    }
  }
  const MutualWithholding peace = mutual_withholding(0.2, 0.3, 0.0, 0.0);
  CHECK(peace.density[0] == doctest::Approx(1.0));
  CHECK(peace.density[1] == doctest::Approx(1.0));
}
