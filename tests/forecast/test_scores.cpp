#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/forecast/scores.hpp"

using namespace aicmp;

namespace {

Outcome point_outcome(double forecast, double truth) {
  Outcome outcome{{.mean = forecast}, truth};
  outcome.forecast.quantiles.fill(forecast);
  return outcome;
}

}  // namespace

TEST_CASE("scores are what their definitions say") {
  Outcome first{{.mean = 1.0, .quantiles = {-1.0, 0.0, 1.0, 2.0, 3.0}}, 2.5};
  Outcome second{{.mean = 1.0, .quantiles = {-1.0, 0.0, 1.0, 2.0, 3.0}}, 4.0};
  const Scores scores = score(std::vector<Outcome>{first, second});
  CHECK(scores.mae == doctest::Approx((1.5 + 3.0) / 2));
  CHECK(scores.rmse == doctest::Approx(std::sqrt((2.25 + 9.0) / 2)));
  CHECK(scores.coverage_90 == doctest::Approx(0.5));
  // Levels .05 .25 .5 .75 .95: of 2.5, errors 3.5 2.5 1.5 .5 -.5; of 4, 5 4 3 2 1.
  const double of_first = 0.05 * 3.5 + 0.25 * 2.5 + 0.5 * 1.5 + 0.75 * 0.5 + 0.05 * 0.5;
  const double of_second = 0.05 * 5 + 0.25 * 4 + 0.5 * 3 + 0.75 * 2 + 0.95 * 1;
  CHECK(scores.pinball == doctest::Approx((of_first + of_second) / 10.0));
}

TEST_CASE("the Diebold-Mariano test errs as often as it says and finds what is there") {
  constexpr int kTrials = 1000;
  constexpr int kSize = 200;
  int false_alarms = 0;
  int found = 0;
  for (std::uint32_t trial = 0; trial < kTrials; ++trial) {
    Rng rng({8, trial, 0}, StreamId::kTest);
    std::vector<Outcome> a;
    std::vector<Outcome> b;
    std::vector<Outcome> worse;
    for (int i = 0; i < kSize; ++i) {
      const double truth = normal(rng);
      a.push_back(point_outcome(truth + normal(rng), truth));
      b.push_back(point_outcome(truth + normal(rng), truth));
      worse.push_back(point_outcome(truth + 1.5 * normal(rng), truth));
    }
    if (skill_against(a, b, Loss::kSquared, 1).p_value < 0.05) ++false_alarms;
    if (skill_against(a, worse, Loss::kSquared, 1).clear()) ++found;
  }
  // 5 % with a standard error of .7 %; lags that are not needed cost some of it.
  CHECK(false_alarms >= 25);
  CHECK(false_alarms <= 90);
  CHECK(found >= kTrials * 95 / 100);
}

TEST_CASE("the same forecasts have no skill against each other") {
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 50; ++i) outcomes.push_back(point_outcome(0.0, i));
  const Skill skill = skill_against(outcomes, outcomes, Loss::kPinball, 3);
  CHECK(skill.skill == 0.0);
  CHECK_FALSE(skill.clear());
}
