#include <cmath>

#include <doctest/doctest.h>

#include "agents/a2c.hpp"
#include "agents/ppo.hpp"
#include "envs/registry.hpp"
#include "sim/base/error.hpp"
#include "tests/agents/probe.hpp"
#include "tests/agents/small_run.hpp"

namespace aicmp {
namespace {

using Kind = ProbeConfig::Kind;

PpoConfig ppo_config() {
  PpoConfig config;
  config.rollout_steps = 16;
  config.minibatch = 64;
  config.learning_rate = 3e-3;
  config.anneal = false;
  config.entropy_weight = 0.0;
  return config;
}

/// Deterministic action and value of what a learner has learned in a state.
struct Answer {
  std::int64_t choice = 0;
  float number = 0.0f;
  float value = 0.0f;
};

Answer ask(const OnPolicy& learner, float shown, float step = 0.0f) {
  const ActorCritic& net = learner.net();
  ActorCritic::Workspace space = net.workspace();
  const float raw[2] = {shown, step};
  float x[2];
  learner.observation_scale().apply(raw, 1, x);
  Answer answer;
  net.values(learner.parameters(), x, 1, nullptr, &answer.value, space);
  net.policy().forward(learner.parameters(), x, 1, space.policy);
  float* outputs = space.policy.outputs.back().data();
  net.head().normalise(1, net.policy().output_stride(), outputs, nullptr,
                       space.probabilities.data());
  net.head().mode(1, net.policy().output_stride(), outputs, space.probabilities.data(),
                  {&answer.choice, &answer.number, nullptr});
  return answer;
}

template <typename Algorithm, typename Config>
void check_probes(const Config& config, int iterations) {
  const auto trained = [&](ProbeConfig probe) {
    auto learner = std::make_unique<Algorithm>(test::small_run(), config, Probe::make(probe, 16));
    for (int i = 0; i < iterations; ++i) learner->iterate();
    return learner;
  };
  const auto value = [&](Kind kind, float shown, float step) {
    return ask(*trained({kind}), shown, step).value;
  };
  CHECK(value(Kind::kConstant, 0, 0) == doctest::Approx(1.0).epsilon(0.05));
  const auto observed = trained({Kind::kObserved});
  CHECK(ask(*observed, 1).value == doctest::Approx(1.0).epsilon(0.1));
  CHECK(ask(*observed, -1).value == doctest::Approx(-1.0).epsilon(0.1));
  const auto two = trained({Kind::kTwoSteps});
  CHECK(ask(*two, 0, 0).value == doctest::Approx(0.9).epsilon(0.1));
  CHECK(ask(*two, 0, 1).value == doctest::Approx(1.0).epsilon(0.1));
  CHECK(ask(*trained({Kind::kChoice}), 0).choice == 1);
  const auto match = trained({Kind::kMatch});
  for (const int shown : {-1, 0, 1})
    CHECK(ask(*match, static_cast<float>(shown)).choice == shown + 1);
}

TEST_CASE("PPO solves the probe problems") {
  check_probes<Ppo>(ppo_config(), 60);
}

TEST_CASE("A2C solves the probe problems") {
  A2cConfig config;
  config.learning_rate = 3e-3;
  config.anneal = false;
  config.entropy_weight = 0.0;
  check_probes<A2c>(config, 800);
}

TEST_CASE("Truncation is not termination") {
  // A reward of 1 a step for ever is worth 1 / (1 - .9) = 10; for two steps more it is worth 1.9.
  PpoConfig config = ppo_config();
  config.learning_rate = 1e-2;
  Ppo endless(test::small_run(), config, Probe::make({Kind::kEndless, 4}, 16));
  Ppo ending(test::small_run(), config, Probe::make({Kind::kEnding, 4}, 16));
  for (int i = 0; i < 150; ++i) {
    endless.iterate();
    ending.iterate();
  }
  CHECK(ask(endless, 0).value == doctest::Approx(10.0).epsilon(0.05));
  CHECK(ask(ending, 0, 2).value == doctest::Approx(1.9).epsilon(0.1));
}

TEST_CASE("Masked choices are never tried and the best of the others is found") {
  Ppo ppo(test::small_run(), ppo_config(), Probe::make({Kind::kMatchTwo}, 16));
  for (int i = 0; i < 60; ++i) ppo.iterate();
  CHECK(ppo.play().episodes().mean_score() > 0.95);
}

TEST_CASE("Continuous actions are drawn to their target, in the problem's unit") {
  Ppo ppo(test::small_run(), ppo_config(), Probe::make({Kind::kTarget}, 16));
  for (int i = 0; i < 150; ++i) ppo.iterate();
  // The range is -4 to 4, the policy's -1 to 1.
  for (const float shown : {-1.0f, 0.0f, 1.0f}) {
    CHECK(4.0f * ask(ppo, shown).number == doctest::Approx(shown).epsilon(0.1).scale(1.0));
  }
}

TEST_CASE("Where a rate counts, 1 in a unit of time beats 1.5 in three") {
  RunSettings run = test::small_run();
  run.rewards.differential = true;
  Ppo ppo(run, ppo_config(), Probe::make({Kind::kUneven, 20}, 16));
  for (int i = 0; i < 60; ++i) ppo.iterate();
  CHECK(ask(ppo, 0).choice == 1);
  CHECK(ppo.play().episodes().mean_score() > 0.95);
}

TEST_CASE("A policy copies its teacher, right or wrong, and then learns better") {
  RunSettings run = test::small_run();
  PpoConfig config = ppo_config();
  config.entropy_weight = 0.2;  // or there is nothing left to learn from
  run.imitation.steps = 20 * 16 * config.rollout_steps;
  SUBCASE("who plays") {}
  SUBCASE("or is told what it should have done") {
    run.imitation.policy_plays = true;
  }
  Ppo chooser(run, config, Probe::make({Kind::kMatch}, 16));
  Ppo drawer(run, config, Probe::make({Kind::kTarget}, 16));
  for (int i = 0; i < 20; ++i) {
    chooser.iterate();
    drawer.iterate();
  }
  const auto measured = [&](std::size_t metric) {
    return std::isfinite(chooser.metrics()[metric].second);
  };
  REQUIRE(chooser.metrics()[7].first == "losses/approx_kl");
  REQUIRE(chooser.metrics()[8].first == "losses/clipfrac");
  CHECK_FALSE(measured(7));
  CHECK_FALSE(measured(8));
  for (const int shown : {-1, 0, 1}) {
    const auto seen = static_cast<float>(shown);
    CHECK(ask(chooser, seen).choice == 1 - shown);
    CHECK(4.0f * ask(drawer, seen).number == doctest::Approx(2.0f * seen).epsilon(0.1).scale(1.0));
    // The value is that of the teacher's actions, right only in the middle, or of the like that
    // the policy draws by then.
    CHECK(ask(chooser, seen).value == doctest::Approx(shown == 0 ? 1.0 : 0.0)
                                          .epsilon(run.imitation.policy_plays ? 0.2 : 0.1)
                                          .scale(1.0));
  }
  for (int i = 0; i < 60; ++i) chooser.iterate();
  CHECK(measured(7));
  CHECK(measured(8));
  for (const int shown : {-1, 0, 1}) {
    CHECK(ask(chooser, static_cast<float>(shown)).choice == shown + 1);
  }
}

/// PPO that records what its first minibatch of an iteration looks like.
class Watched : public OnPolicy {
 public:
  using OnPolicy::OnPolicy;
  PolicyLoss first;

 protected:
  PolicyLoss learn() override {
    std::vector<std::uint32_t> rows(rollout().size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
    first = descend(rows, {.clip = 0.2});
    return descend(rows, {.clip = 0.2});
  }
};

TEST_CASE("Before the first step of an iteration every ratio is exactly 1") {
  for (const auto& [id, masked] :
       {std::pair{"AICMP/SelfishMining-v0", true}, std::pair{"AICMP/Curtailment-v0", false}}) {
    RunSettings run = test::small_run();
    run.normalise_observations = true;
    run.rewards.normalise = true;
    // Three groups that draw for themselves, the last of them short.
    Watched learner(run, ppo_config(),
                    make_environment(id, {.size = 70, .autoreset = Autoreset::kSameStep}));
    CHECK(learner.play().spec().action.masked == masked);
    for (int i = 0; i < 5; ++i) {
      learner.iterate();
      CHECK(learner.first.approx_kl == 0.0);
      CHECK(learner.first.clipped == 0.0);
    }
    CHECK(learner.metrics()[7].first == "losses/approx_kl");
    CHECK(learner.metrics()[7].second > 0.0);
  }
}

TEST_CASE("Seeds give equal weights; other seeds give others") {
  const auto trained = [](std::uint64_t seed) {
    RunSettings run = test::small_run();
    run.seed = seed;
    Ppo ppo(
        run, ppo_config(),
        make_environment("AICMP/Curtailment-v0", {.size = 8, .autoreset = Autoreset::kSameStep}));
    for (int i = 0; i < 3; ++i) ppo.iterate();
    return test::weights(ppo);
  };
  const std::vector<float> first = trained(1);
  CHECK(trained(1) == first);
  CHECK(trained(2) != first);
}

TEST_CASE("What a reward is less counts for the learner and not for the episodes") {
  const auto worlds = [] {
    return make_environment("AICMP/Reserve-v0", {.size = 4, .autoreset = Autoreset::kSameStep}, "",
                            {"days=3"});
  };
  Play whole(worlds(), 1);
  Play spared(worlds(), 1, 1);  // fees
  const std::vector<std::int64_t> pps(4, 0);
  for (int step = 0; step < 9; ++step) {  // over the ends of episodes
    whole.step(pps.data(), nullptr);
    spared.step(pps.data(), nullptr);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(whole.reward(i) != 0.0);
      CHECK(spared.reward(i) == (whole.terminated(i) ? whole.reward(i) - 0.03 : 0.0));
    }
  }
  CHECK(spared.episodes().mean_return() == whole.episodes().mean_return());
}

TEST_CASE("Two threads give the weights of one, and three always the same") {
  const auto trained = [](int threads) {
    RunSettings run = test::small_run();
    run.workers = std::make_shared<Workers>(threads);
    run.normalise_observations = true;
    Ppo ppo(run, ppo_config(),
            make_environment("AICMP/Curtailment-v0", {.size = 300,
                                                      .threads = threads,
                                                      .autoreset = Autoreset::kSameStep,
                                                      .workers = run.workers}));
    for (int i = 0; i < 3; ++i) ppo.iterate();
    return test::weights(ppo);
  };
  const std::vector<float> one = trained(1);
  CHECK(trained(2) == one);
  const std::vector<float> three = trained(3);
  CHECK(trained(3) == three);
  for (std::size_t k = 0; k < one.size(); ++k) {
    CHECK(three[k] == doctest::Approx(one[k]).epsilon(0.01).scale(0.1));
  }
}

void check_resumed(int threads) {
  RunSettings run = test::small_run();
  run.workers = std::make_shared<Workers>(threads);
  run.normalise_observations = true;
  run.rewards = {.discount = 0.99, .differential = true, .normalise = true};
  PpoConfig config = ppo_config();
  config.anneal = true;
  const auto make = [&] {
    return std::make_unique<Ppo>(
        run, config,
        make_environment("AICMP/SelfishMining-v0", {.size = 70, .autoreset = Autoreset::kSameStep},
                         "", {"episode_blocks=20"}));
  };
  const auto whole = make();
  Archive archive;
  for (int i = 0; i < 6; ++i) {
    if (i == 3) whole->save(archive);
    whole->iterate();
  }
  const auto resumed = make();
  resumed->load(archive);
  for (int i = 3; i < 6; ++i) resumed->iterate();
  CHECK(test::weights(*resumed) == test::weights(*whole));
  CHECK(resumed->steps() == whole->steps());
  Archive a, b;
  whole->save(a);
  resumed->save(b);
  for (const char* piece : {"adam.mean", "rewards.returns", "episodes.finished", "env.3"}) {
    CHECK(a.get(piece) == b.get(piece));
  }
}

TEST_CASE("A run that was resumed equals one that was not") {
  check_resumed(1);
  check_resumed(3);
}

TEST_CASE("A checkpoint of another problem or net is refused") {
  const auto make = [](const char* id, std::size_t width) {
    RunSettings run = test::small_run();
    run.hidden = {width};
    return std::make_unique<Ppo>(
        run, ppo_config(), make_environment(id, {.size = 4, .autoreset = Autoreset::kSameStep}));
  };
  Archive archive;
  make("AICMP/Curtailment-v0", 16)->save(archive);
  CHECK_NOTHROW(make("AICMP/Curtailment-v0", 16)->load(archive));
  CHECK_THROWS_AS(make("AICMP/Curtailment-v0", 32)->load(archive), ConfigError);
  CHECK_THROWS_AS(make("AICMP/SelfishMining-v0", 16)->load(archive), ConfigError);
}

TEST_CASE("A loss that is not finite stops the run and leaves the weights") {
  PpoConfig config = ppo_config();
  config.learning_rate = 1e30;
  Ppo ppo(test::small_run(), config, Probe::make({Kind::kMatch}, 16));
  CHECK_THROWS_AS(
      [&] {
        for (int i = 0; i < 50; ++i) ppo.iterate();
      }(),
      Diverged);
  for (const float weight : test::weights(ppo)) CHECK(std::isfinite(weight));
}

}  // namespace
}  // namespace aicmp
