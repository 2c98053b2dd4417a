#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/game/eta_parts.hpp"
#include "sim/game/participation.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

namespace {

constexpr double kFee = 0.005;
constexpr double kOutside = 0.015;

Participation twenty_equal(double eta, int sweeps) {
  return best_response_dynamics({std::vector<double>(20, 1.0), eta, kFee, kOutside}, sweeps);
}

}  // namespace

TEST_CASE("effective fees of miners 100:10:1") {
  const std::vector<double> sizes{100.0, 10.0, 1.0};
  const std::vector<double> mild = effective_fees(sizes, 0.9, 0.0);
  CHECK(prints_as(mild[0], 0.028, 3));
  CHECK(prints_as(mild[1], -0.22, 2));
  CHECK(prints_as(mild[2], -0.54, 2));
  const std::vector<double> harsh = effective_fees(sizes, 0.5, 0.0);
  CHECK(prints_as(harsh[0], 0.216, 3));
  CHECK(prints_as(harsh[1], -1.48, 2));
  CHECK(prints_as(harsh[2], -6.84, 2));
  for (const double fee : effective_fees(sizes, 1.0, 0.02)) CHECK(fee == doctest::Approx(0.02));
}

TEST_CASE("Zipf miners: 9 of 200 pay for the others") {
  std::vector<double> sizes;
  for (int i = 1; i <= 200; ++i) sizes.push_back(std::pow(i, -1.1));
  const std::vector<double> fees = effective_fees(sizes, 0.9, 0.0);
  double hash = 0.0;
  double paying = 0.0;
  int payers = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    hash += sizes[i];
    if (fees[i] <= 0.0) continue;
    paying += sizes[i];
    ++payers;
  }
  CHECK(payers == 9);
  CHECK(prints_as(paying / hash, 0.55, 2));
  CHECK(prints_as(1.0 - fees[0], 0.7805, 4));
}

TEST_CASE("the exit threshold is where the effective fee meets the outside fee") {
  const std::vector<double> sizes{50.0, 20.0, 10.0, 5.0, 5.0, 1.0};
  for (const double eta : {0.5, 0.9, 0.99, 0.999}) {
    const double threshold = exit_threshold(sizes, eta, kFee, kOutside);
    const std::vector<double> fees = effective_fees(sizes, eta, kFee);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      CHECK((sizes[i] / 91.0 > threshold) == (fees[i] > kOutside));
    }
  }
}

TEST_CASE("spreads of size that a two percent advantage holds together") {
  CHECK(prints_as(largest_spread(0.9, 0.005, 0.025), 1.23, 2));
  CHECK(prints_as(largest_spread(0.99, 0.005, 0.025), 7.6, 1));
  CHECK(prints_as(eta_for_spread(1e4, 0.005, 0.025), 0.9978, 4));
  CHECK(largest_spread(eta_for_spread(30.0, 0.005, 0.025), 0.005, 0.025) == doctest::Approx(30.0));
}

TEST_CASE("critical eta") {
  CHECK(prints_as(critical_eta(20, kFee, kOutside), 0.989421, 6));
  CHECK(critical_eta(20, kFee, kFee) == doctest::Approx(1.0));
  CHECK(critical_eta(2, 0.0, 0.9) == 0.0);
  for (const std::size_t n : {2, 5, 20, 300}) {
    CHECK(critical_eta(std::vector<double>(n, 3.0), kFee, kOutside) ==
          doctest::Approx(critical_eta(n, kFee, kOutside)).epsilon(1e-9));
  }
  CHECK(std::isinf(critical_eta(std::vector<double>{1.0, 2.0}, 0.02, 0.01)));
  // The large of unequal miners takes out much at once while its last unit would stay.
  const std::vector<double> unequal{10.0, 1.0, 1.0};
  const double critical = critical_eta(unequal, kFee, kOutside);
  CHECK(marginal_pay(unequal, critical, kFee)[0] > 1.0 - kOutside);
  for (const double step : {-1e-6, 1e-6}) {
    const Participation end =
        best_response_dynamics({unequal, critical + step, kFee, kOutside}, 100);
    CHECK((end.outcome == ParticipationOutcome::kFull) == (step > 0.0));
  }
}

TEST_CASE("pay for the last unit is the derivative of pay") {
  const std::vector<double> sizes{5.0, 2.0, 1.0};
  for (const double eta : {0.0, 0.6, 0.95, 1.0}) {
    const std::vector<double> pay = marginal_pay(sizes, eta, kFee);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const auto paid = [&](double change) {
        std::vector<double> now = sizes;
        now[i] += change;
        return (1.0 - kFee) * (8.0 + change) * eta_parts(now, eta)[i];
      };
      CHECK(pay[i] == doctest::Approx((paid(1e-5) - paid(-1e-5)) / 2e-5).epsilon(1e-8));
    }
  }
}

TEST_CASE("divisible hash rate stays above eta_c and collapses below") {
  for (const double eta : {1.0, 0.995, 0.99, 0.9895}) {
    CAPTURE(eta);
    const Participation stays = twenty_equal(eta, 100);
    CHECK(stays.outcome == ParticipationOutcome::kFull);
    CHECK(stays.mean == 1.0);
  }
  // 1.1 of 20 after 20 sweeps, and it does not come to rest there.
  const Participation collapse = twenty_equal(0.985, 20);
  CHECK(prints_as(20.0 * collapse.path.back(), 1.1, 1));
  CHECK(collapse.outcome != ParticipationOutcome::kFull);
  // Between .01 and 5 of 20 at eta = .9.
  const Participation cycle = twenty_equal(0.9, 1000);
  CHECK(cycle.outcome == ParticipationOutcome::kCycle);
  CHECK(20.0 * cycle.low == doctest::Approx(0.01).epsilon(0.1));
  CHECK(20.0 * cycle.high < 5.5);
  for (const double eta : {0.985, 0.95, 0.5}) {
    CHECK(twenty_equal(eta, 1000).outcome == ParticipationOutcome::kCycle);
  }
}

TEST_CASE("a best stake is better than any other") {
  const ParticipationGame game{{4.0, 2.0, 1.0, 1.0}, 0.93, kFee, kOutside};
  for (const double rest : {1e-6, 1e-3, 0.1, 1.0}) {
    const std::vector<double> stakes{1.0, rest, 0.5 * rest, 2.0 * rest};
    const double best = best_stake(game, stakes, 0);
    const auto earned = [&](double stake) {
      std::vector<double> now = stakes;
      now[0] = stake;
      const double in_pool = stake + 3.5 * rest;
      return (1.0 - kFee) * in_pool * eta_parts(now, game.eta)[0] +
             (1.0 - kOutside) * (4.0 - stake);
    };
    for (int i = 0; i <= 4000; ++i) CHECK(earned(best) >= earned(i * 1e-3) * (1.0 - 1e-14));
  }
}

TEST_CASE("a pool dearer than outside ends empty, a free one full") {
  const Participation empty =
      best_response_dynamics({std::vector<double>(4, 1.0), 1.0, 0.03, 0.01}, 50);
  CHECK(empty.outcome == ParticipationOutcome::kEmpty);
  CHECK(empty.mean == 0.0);
  const Participation lone = best_response_dynamics({{7.0}, 0.5, 0.0, 0.01}, 50);
  CHECK(lone.outcome == ParticipationOutcome::kFull);
}

TEST_CASE("the unit of size does not matter") {
  const ParticipationGame small{{4.0, 2.0, 1.0}, 0.97, kFee, kOutside};
  const ParticipationGame large{{4e9, 2e9, 1e9}, 0.97, kFee, kOutside};
  const Participation a = best_response_dynamics(small, 60);
  const Participation b = best_response_dynamics(large, 60);
  CHECK(a.outcome == b.outcome);
  CHECK(a.mean == doctest::Approx(b.mean).epsilon(1e-6));
}
