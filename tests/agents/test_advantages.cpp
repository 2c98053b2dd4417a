#include <vector>

#include <doctest/doctest.h>

#include "agents/advantages.hpp"
#include "agents/rewards.hpp"
#include "envs/rollout.hpp"
#include "tests/agents/probe.hpp"

namespace aicmp {
namespace {

/// The value of a state that is `step` steps into its episode.
float value(const float* observation) {
  return 1.0f + observation[1];
}

/// Advantages of the transitions of nine decisions in episodes of three, one environment.
std::vector<float> advantages(ProbeConfig::Kind kind, Autoreset autoreset) {
  const auto env = Probe::make({kind, 3}, 1, autoreset);
  Memory memory(*env);
  env->seed(0, 1);
  env->reset_into({}, memory.buffers());
  std::vector<float> reward, values, next_values, discount;
  std::vector<std::uint8_t> terminated, ended;
  bool reset_next = false;
  std::vector<std::size_t> decisions;
  while (decisions.size() < 9) {
    values.push_back(value(memory.observation.data()));
    env->step_into({.choices = memory.choices.data()}, memory.buffers());
    const bool end = memory.terminated[0] || memory.truncated[0];
    const bool same_step = autoreset == Autoreset::kSameStep;
    reward.push_back(static_cast<float>(memory.reward[0]));
    next_values.push_back(
        value((end && same_step ? memory.final_observation : memory.observation).data()));
    discount.push_back(0.5f);
    terminated.push_back(memory.terminated[0]);
    ended.push_back(end || reset_next);
    if (!reset_next) decisions.push_back(reward.size() - 1);
    reset_next = end && autoreset == Autoreset::kNextStep;
    if (end && autoreset == Autoreset::kDisabled) env->reset_into({}, memory.buffers());
  }
  std::vector<float> advantage(reward.size()), target(reward.size());
  estimate_advantages({reward.size(), 1, reward.data(), values.data(), next_values.data(),
                       discount.data(), terminated.data(), ended.data()},
                      0.5, advantage.data(), target.data());
  std::vector<float> result;
  for (const std::size_t t : decisions) {
    result.push_back(advantage[t]);
    CHECK(target[t] == advantage[t] + values[t]);
  }
  return result;
}

TEST_CASE("Advantages equal a table worked by hand in each autoreset mode") {
  // Rewards 1, values 1, 2, 3 and 4 at the end, discount and lambda 1/2. Truncated:
  //   delta = 1 + 2/2 - 1 = 1, 1 + 3/2 - 2 = 1/2, 1 + 4/2 - 3 = 0;  A = 9/8, 1/2, 0.
  // Terminated the last delta is 1 - 3 = -2;                        A = 1, 0, -2.
  for (const Autoreset mode : {Autoreset::kSameStep, Autoreset::kNextStep, Autoreset::kDisabled}) {
    CHECK(advantages(ProbeConfig::Kind::kCut, mode) ==
          std::vector<float>{1.125f, 0.5f, 0.0f, 1.125f, 0.5f, 0.0f, 1.125f, 0.5f, 0.0f});
    CHECK(advantages(ProbeConfig::Kind::kEnding, mode) ==
          std::vector<float>{1.0f, 0.0f, -2.0f, 1.0f, 0.0f, -2.0f, 1.0f, 0.0f, -2.0f});
  }
}

TEST_CASE("With lambda 1 an advantage is the return less the value, over uneven times") {
  // Two environments, interleaved; the first has steps of dt 1, 2 and 0 at a discount of 1/2.
  const std::vector<float> reward = {1, 10, 2, 10, 4, 10}, values = {3, 0, 1, 0, 2, 0},
                           next = {1, 0, 2, 0, 8, 0}, discount = {.5f, 1, .25f, 1, 1, 1};
  const std::vector<std::uint8_t> terminated = {0, 0, 0, 0, 0, 1};
  std::vector<float> advantage(6), target(6);
  estimate_advantages({3, 2, reward.data(), values.data(), next.data(), discount.data(),
                       terminated.data(), terminated.data()},
                      1.0, advantage.data(), target.data());
  // 1 + (2 + (4 + 8) / 4) / 2 and so on.
  CHECK(target == std::vector<float>{3.5f, 30, 5, 20, 12, 10});
}

TEST_CASE("A differential reward is what a step brings beyond its time") {
  Rewards rewards({.discount = 0.9, .differential = true, .normalise = false}, 2);
  const std::vector<double> reward = {1, 2, 3, 0}, dt = {1, 0, 2, 1};
  const std::vector<unsigned char> ended = {0, 0, 0, 0};
  std::vector<float> out(4);
  rewards.convert(2, reward.data(), dt.data(), ended.data(), out.data());
  CHECK(rewards.rate() == 1.5);
  CHECK(out == std::vector<float>{-0.5f, 2.0f, 0.0f, -1.5f});
}

TEST_CASE("Normalised rewards are over the deviation of the discounted return") {
  Rewards rewards({.discount = 0.5, .differential = false, .normalise = true}, 1);
  const std::vector<double> reward = {1, 2, 4}, dt = {1, 1, 2};
  const std::vector<unsigned char> ended = {0, 1, 0};
  std::vector<float> out(3);
  rewards.convert(3, reward.data(), dt.data(), ended.data(), out.data());
  // Returns 1, 1/2 + 2, and 4 after the end: mean 2.5, variance 1.5.
  CHECK(out[2] == doctest::Approx(4.0 / std::sqrt(1.5)));
  CHECK(rewards.seen(3.0, 1.0) == doctest::Approx(3.0 / std::sqrt(1.5)));
}

TEST_CASE("What a beginner's disasters cost is forgotten, and a disaster is bounded") {
  constexpr std::size_t kSteps = 1000;
  Rewards whole({.discount = 0.5, .differential = false, .normalise = true, .clip = 10.0}, 1);
  Rewards single = whole;
  const std::vector<double> dt(kSteps, 1.0);
  const std::vector<unsigned char> ended(kSteps, 1);
  std::vector<double> reward(kSteps);
  std::vector<float> out(kSteps);
  const auto play = [&](double size) {
    for (std::size_t i = 0; i < kSteps; ++i) reward[i] = i % 2 == 0 ? size : -size;
    whole.convert(kSteps, reward.data(), dt.data(), ended.data(), out.data());
    for (const double r : reward) single.observe(0, r, 1.0, true);
  };
  for (int i = 0; i < 100; ++i) play(1e6);
  CHECK(out[0] == doctest::Approx(1.0));
  // The variance of 1e12 fades by e in every 50,000 steps: e^-40 of it is 4e-6.
  for (int i = 0; i < 2000; ++i) play(1.0);
  CHECK(out[0] == doctest::Approx(1.0).epsilon(1e-3));
  CHECK(single.seen(1.0, 1.0) == doctest::Approx(1.0).epsilon(1e-3));
  CHECK(whole.seen(-50.0, 1.0) == -10.0);
}

}  // namespace
}  // namespace aicmp
