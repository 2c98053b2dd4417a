#include <cmath>

#include <doctest/doctest.h>

#include "agents/learner.hpp"
#include "agents/tuning.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

const std::atomic<bool> kNever = false;

TEST_CASE("Axes: ranges, logarithmic ranges, values") {
  Rng rng({}, StreamId::kTest);
  const TuningAxis axis = parse_tuning_axis("ppo.learning_rate=1e-4:1e-2:log");
  int low = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string drawn = axis.draw(rng);
    CHECK(drawn.starts_with("ppo.learning_rate="));
    const double value = std::stod(drawn.substr(18));
    CHECK(value >= 1e-4);
    CHECK(value <= 1e-2);
    low += value < 1e-3 ? 1 : 0;
  }
  CHECK(std::abs(low - 500) < 64);  // 4 standard deviations
  const TuningAxis values = parse_tuning_axis("net.activation=tanh,relu");
  CHECK(values.values == std::vector<std::string>{"tanh", "relu"});
  for (const char* wrong : {"x", "=1", "a=1:2:3", "a=2:1", "a=0:1:log", "a=x:1", "a=1,,2", "a="}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_tuning_axis(wrong), ConfigError);
  }
}

TEST_CASE("Halving spends its budget on fewer and fewer, and finds the best") {
  TuningPlan plan;
  plan.axes = {parse_tuning_axis("x=0:1")};
  plan.trials = 8;
  plan.budget = 32'000;
  plan.interrupt = &kNever;
  std::vector<std::int64_t> steps;
  double best = 0.0;
  plan.on_trial = [&](const Trial& trial) { steps.push_back(trial.steps); };
  const auto score = [&](const std::vector<std::string>& setting, std::int64_t) {
    const double x = std::stod(setting[0].substr(2));
    best = std::max(best, x);
    if (x < 0.2) throw Diverged("too small");
    return x;
  };
  const std::vector<Trial> trials = tune(plan, score);
  // Rounds of 8, 4, 2, 1, a quarter of the budget each.
  CHECK(steps == std::vector<std::int64_t>{1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 2000,
                                           2000, 2000, 2000, 4000, 4000, 8000});
  CHECK(trials.front().score == best);
  CHECK(trials.front().round == 4);

  plan.halving = false;
  steps.clear();
  CHECK(tune(plan, score).front().score == best);
  CHECK(steps == std::vector<std::int64_t>(8, 4000));
}

TEST_CASE("An interrupt ends the search with what there is") {
  std::atomic<bool> interrupt = false;
  TuningPlan plan;
  plan.axes = {parse_tuning_axis("x=0:1")};
  plan.trials = 8;
  plan.interrupt = &interrupt;
  int seen = 0;
  plan.on_trial = [&](const Trial&) { interrupt = ++seen == 3; };
  static_cast<void>(tune(plan, [](const auto&, std::int64_t) { return 0.0; }));
  CHECK(seen == 3);
}

}  // namespace
}  // namespace aicmp
