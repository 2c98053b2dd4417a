#include <cmath>

#include <doctest/doctest.h>

#include "sim/game/hopping.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

TEST_CASE("PROP is left at e^x E1(x) = 1, for 28.149 percent") {
  const HopPlan plan = best_hop_prop();
  CHECK(prints_as(plan.leave_at, 0.43481820, 8));
  CHECK(prints_as(plan.gain, 0.281494, 6));
  CHECK(plan.gain == doctest::Approx(plan.leave_at * std::exp(-plan.leave_at)).epsilon(1e-12));
  CHECK(prints_as(plan.efficiency_in_pool(), 1.79830, 5));
  CHECK(prints_as(plan.fraction_in_pool(), 0.35262, 5));
}

TEST_CASE("ETA-R is left earlier and for more, the smaller eta") {
  CHECK(prints_as(best_hop_eta_round(0.5).gain, 0.426055, 6));
  CHECK(prints_as(best_hop_eta_round(0.7).gain, 0.353608, 6));
  CHECK(prints_as(best_hop_eta_round(0.9).gain, 0.302102, 6));
  CHECK(prints_as(best_hop_eta_round(0.9).leave_at, 0.409, 3));
  CHECK(prints_as(best_hop_eta_round(0.7).leave_at, 0.352, 3));
  CHECK(prints_as(best_hop_eta_round(0.5).leave_at, 0.283, 3));
  for (double eta = 0.02; eta < 0.95; eta += 0.04) {
    CAPTURE(eta);
    const HopPlan plan = best_hop_eta_round(eta);
    CHECK(plan.gain > best_hop_eta_round(eta + 0.02).gain);
    CHECK(plan.leave_at < best_hop_eta_round(eta + 0.02).leave_at);
    CHECK(plan.gain > eta_round_hop_gain(eta, 0.99 * plan.leave_at));
    CHECK(plan.gain > eta_round_hop_gain(eta, 1.01 * plan.leave_at));
  }
  CHECK(best_hop_eta_round(1.0 - 1e-9).gain == doctest::Approx(best_hop_prop().gain).epsilon(1e-8));
}

TEST_CASE("SCORE lies between hop-proof and PROP") {
  CHECK(prints_as(best_hop_score(0.05).gain, 0.040, 3));
  CHECK(prints_as(best_hop_score(0.2).gain, 0.111, 3));
  CHECK(prints_as(best_hop_score(1.0).gain, 0.216, 3));
  CHECK(prints_as(best_hop_score(5.0).gain, 0.266, 3));
  CHECK(best_hop_score(1e6).gain == doctest::Approx(best_hop_prop().gain).epsilon(1e-5));
  CHECK(best_hop_score(1e-3).gain < 1.1e-3);
  double last = 0.0;
  for (double kappa = 1e-3; kappa <= 1e6; kappa *= 3.0) {
    CAPTURE(kappa);
    const HopPlan plan = best_hop_score(kappa);
    CHECK(plan.gain > last);
    last = plan.gain;
    // The gain as the mean of worth - 1 over the shares that the hopper submits.
    double mean = 0.0;
    constexpr int kSteps = 2000;
    for (int i = 0; i < kSteps; ++i) {  // x = leave u^2 tames the logarithm at 0
      const double u = (i + 0.5) / kSteps;
      const double x = plan.leave_at * u * u;
      mean += (score_share_worth(kappa, x) - 1.0) * std::exp(-x) * 2.0 * u * plan.leave_at / kSteps;
    }
    CHECK(mean == doctest::Approx(plan.gain).epsilon(1e-3));
  }
  CHECK(score_share_worth(0.25, 100.0) == doctest::Approx(0.8).epsilon(1e-12));
}

TEST_CASE("schemes that forget the round cannot be hopped") {
  CHECK(best_hop_proof().gain == 0.0);
  CHECK(std::isinf(best_hop_proof().leave_at));
  CHECK(best_hop_proof().efficiency_in_pool() == 1.0);
}
