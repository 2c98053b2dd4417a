#include <cmath>

#include <doctest/doctest.h>

#include "agents/evaluation.hpp"
#include "agents/policy_model.hpp"

namespace aicmp {
namespace {

TEST_CASE("The interquartile mean is that of the middle half") {
  CHECK(interquartile_mean(std::vector<double>{5.0}) == 5.0);
  CHECK(interquartile_mean(std::vector<double>{100.0, 2.0, -50.0, 4.0}) == 3.0);
  // Of six values 1.5 are cut off at each end: half of the second, the third and fourth, half of
  // the fifth.
  CHECK(interquartile_mean(std::vector<double>{0, 1, 2, 3, 4, 50}) ==
        doctest::Approx((0.5 * 1 + 2 + 3 + 0.5 * 4) / 3.0));
}

MakeWorlds worlds(const std::string& id, const std::vector<std::string>& options) {
  return [=](std::size_t size, bool held_out) {
    return make_environment(id, {.size = size, .split = held_out ? 1u : 0u}, "", options);
  };
}

/// A policy without hidden layers whose choice is `choice`, whatever it sees.
PolicyModel constant_policy(const EnvSpec& spec, std::size_t choice) {
  const Mlp net(spec.observation.size(), {}, spec.action.choices(), Activation::kTanh);
  Floats parameters(net.size());
  parameters[net.layers().front().bias + choice] = 1.0f;
  return policy_model(spec, net, parameters.data(), nullptr, nullptr);
}

TEST_CASE("A heuristic is tuned to near its best within the budget") {
  // The band of C31 is best at 7.7 and 1.0 where it is 22.03 and starts at defaults of 8 and 2.
  const MakeWorlds reserve =
      worlds("AICMP/Reserve-v0", {"limited_liability=true", "switch_cost_blocks=2"});
  const auto env = reserve(1, false);
  const std::size_t band = policy_index(env->spec(), "band");
  const auto score = [&](const std::vector<double>& parameters) {
    const auto held_out = reserve(200, true);
    double sum = 0.0;
    for (const double s : play_episodes(*held_out, 7, decide_by_heuristic(band, parameters))) {
      sum += s / 200.0;
    }
    return sum;
  };
  CHECK(score(tune_heuristic(reserve, band, 2'000'000, 1)) >
        score(env->spec().policies[band].defaults) - 0.3);
  CHECK(tune_heuristic(reserve, policy_index(env->spec(), "pps"), 1000, 1).empty());
}

TEST_CASE("An offset that may be of either sign is tuned both ways") {
  // Miners so faithful that the fee should be above the competitor's, and so mobile that it should
  // be below.
  const auto tuned_offset = [](const std::string& sensitivity) {
    const MakeWorlds pool = worlds("AICMP/PoolTerms-v0", {"sensitivity=[" + sensitivity + "]"});
    const auto env = pool(1, true);
    return tune_heuristic(pool, policy_index(env->spec(), "follow"), 500'000, 1)[0];
  };
  CHECK(tuned_offset("20") > 0.002);
  CHECK(tuned_offset("600") < -0.002);
}

TEST_CASE("What decides as the best rule does is neither better nor worse") {
  // Where power is always cheap, every rule runs in every step.
  const MakeWorlds cheap =
      worlds("AICMP/Curtailment-v0", {"steps=200", "prices_usd_per_mwh=[20, 30, 40]"});
  const PolicyModel always = constant_policy(cheap(1, true)->spec(), 1);
  const Evaluation equal = evaluate({always}, cheap, 50, /*tuning_steps=*/200'000);
  CHECK(equal.verdict().starts_with("does the same as the best heuristic"));
  CHECK(equal.worse_seeds == 0.0);
}

TEST_CASE("A policy that is a heuristic is found to be one") {
  // Curtailment's "always" runs in every step: choice 1.
  const MakeWorlds curtailment = worlds("AICMP/Curtailment-v0", {"steps=200"});
  const auto env = curtailment(1, true);
  const Evaluation same =
      evaluate({constant_policy(env->spec(), 1)}, curtailment, 50, /*tuning_steps=*/200'000);
  const auto& always = same.contenders[policy_index(env->spec(), "always")];
  CHECK(always.difference.estimate == 0.0);
  CHECK(same.policy.estimate == always.score.estimate);
  CHECK(same.contenders[same.best].name == "hysteresis");
  CHECK(same.verdict().starts_with("does not beat the best heuristic (hysteresis, tuned)"));
  CHECK(same.worse_seeds == 1.0);
  const auto& optimal = same.contenders[policy_index(env->spec(), "optimal")];
  REQUIRE(same.of_solver);
  CHECK(same.of_solver->estimate ==
        doctest::Approx(always.score.estimate / optimal.score.estimate));
  CHECK(same.of_solver->low < same.of_solver->estimate);
  CHECK(same.of_solver->high < 1.0);
  CHECK(same.normalised(same.optimum->value) == doctest::Approx(1.0));
  CHECK(same.normalised(same.baseline) == 0.0);

  // Several seeds: half of them always run, half never do.
  const Evaluation mixed = evaluate(
      {constant_policy(env->spec(), 1), constant_policy(env->spec(), 0)}, curtailment, 50, 0);
  CHECK(mixed.run_scores.size() == 2);
  CHECK(mixed.run_scores[0] == doctest::Approx(same.policy.estimate));
  CHECK(mixed.run_scores[1] < 0.0);
  CHECK(mixed.policy.estimate ==
        doctest::Approx((mixed.run_scores[0] + mixed.run_scores[1]) / 2.0));
}

}  // namespace
}  // namespace aicmp
