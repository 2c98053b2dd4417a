// Steps a second of the learners on an environment that costs nothing: 32 observations, 8 choices,
// 64 x 64 tanh nets, as benchmarks/learners_sb3.py does with Stable-Baselines3.
// Usage: learner_speed ppo|a2c|dqn ENVS MINIBATCH STEPS THREADS
#include <chrono>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "agents/a2c.hpp"
#include "agents/dqn.hpp"
#include "agents/ppo.hpp"
#include "benchmarks/null_environment.hpp"

namespace aicmp {
namespace {

double steps_per_second(Learner& learner, std::int64_t steps) {
  using Clock = std::chrono::steady_clock;
  learner.iterate();  // warms up
  const std::int64_t first = learner.steps();
  const Clock::time_point start = Clock::now();
  while (learner.steps() - first < steps) learner.iterate();
  return static_cast<double>(learner.steps() - first) /
         std::chrono::duration<double>(Clock::now() - start).count();
}

double measure(std::string_view algorithm, std::size_t envs, std::int64_t minibatch,
               std::int64_t steps, int threads) {
  auto env = std::make_unique<NullEnvironment>(envs, 32, 8);
  RunSettings run;
  run.workers = std::make_shared<Workers>(threads);
  run.normalise_observations = false;
  run.rewards.normalise = false;
  if (algorithm == "a2c") {
    A2c learner(run, {}, std::move(env));
    return steps_per_second(learner, steps);
  }
  if (algorithm == "dqn") {
    run.activation = Activation::kRelu;
    DqnConfig config;
    config.batch = minibatch;
    config.double_q = false;
    config.target_steps = 10'000;
    Dqn learner(run, config, std::move(env));
    return steps_per_second(learner, steps);
  }
  PpoConfig config;
  config.minibatch = minibatch;
  Ppo learner(run, config, std::move(env));
  return steps_per_second(learner, steps);
}

}  // namespace
}  // namespace aicmp

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "usage: learner_speed ppo|a2c|dqn ENVS MINIBATCH STEPS THREADS\n");
    return 2;
  }
  fmt::print("{:.0f}\n",
             aicmp::measure(argv[1], std::strtoul(argv[2], nullptr, 10), std::atoll(argv[3]),
                            std::atoll(argv[4]), std::atoi(argv[5])));
  return 0;
}
