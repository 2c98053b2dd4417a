#include <limits>
#include <tuple>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "tests/envs/cases.hpp"

namespace aicmp {
namespace {

struct Episode {
  std::vector<float> observations;
  std::vector<double> rewards;
  std::vector<double> infos;
  bool operator==(const Episode&) const = default;
};

/// What each row of a batch sees in `steps` steps of random actions.
std::vector<Episode> run(const ProblemCase& problem, const BatchOptions& options,
                         std::size_t steps) {
  const auto env = make_environment(problem.id, options, "", problem.overrides);
  Memory memory(*env);
  for (std::size_t i = 0; i < options.size; ++i) env->seed(i, i);
  env->reset_into({}, memory.buffers());
  std::vector<Episode> seen(options.size);
  const std::size_t width = env->spec().observation.size();
  for (std::size_t step = 0; step < steps; ++step) {
    draw_actions(*env, memory, step);
    env->step_into(memory.actions(), memory.buffers());
    for (std::size_t i = 0; i < options.size; ++i) {
      const float* row = &memory.observation[i * width];
      seen[i].observations.insert(seen[i].observations.end(), row, row + width);
      seen[i].rewards.push_back(memory.reward[i]);
      for (std::size_t k = i; k < memory.info.size(); k += options.size) {
        seen[i].infos.push_back(memory.info[k]);
      }
    }
  }
  return seen;
}

TEST_CASE("A row depends on its seed alone: not on the batch or the threads") {
  for (const ProblemCase& problem : problem_cases()) {
    CAPTURE(problem.id);
    for (const Autoreset mode : {Autoreset::kNextStep, Autoreset::kSameStep}) {
      const auto few = run(problem, {.size = 11, .autoreset = mode}, 60);
      const auto many = run(problem, {.size = 600, .autoreset = mode}, 60);
      const auto shared = run(problem, {.size = 600, .threads = 4, .autoreset = mode}, 60);
      CHECK(many == shared);
      for (std::size_t i = 0; i < few.size(); ++i) CHECK(few[i] == many[i]);
    }
  }
}

TEST_CASE("Held-out worlds are other worlds") {
  for (const ProblemCase& problem : problem_cases()) {
    CAPTURE(problem.id);
    CHECK(run(problem, {.size = 2}, 20) != run(problem, {.size = 2, .split = 1}, 20));
  }
}

TEST_CASE("A saved row goes on as if nothing had happened") {
  for (const ProblemCase& problem : problem_cases()) {
    CAPTURE(problem.id);
    const auto env = make_environment(problem.id, {}, "", problem.overrides);
    const auto other = make_environment(problem.id, {}, "", problem.overrides);
    Memory memory(*env);
    Memory copy(*other);
    env->seed(0, 5);
    env->reset_into({}, memory.buffers());
    for (std::size_t step = 0; step < 10; ++step) {
      draw_actions(*env, memory, step);
      env->step_into(memory.actions(), memory.buffers());
    }
    REQUIRE(other->restore(0, env->save(0)));
    other->observe_into(copy.buffers());
    CHECK(copy.observation == memory.observation);
    for (std::size_t step = 10; step < 20; ++step) {
      draw_actions(*env, memory, step);
      env->step_into(memory.actions(), memory.buffers());
      other->step_into(memory.actions(), copy.buffers());
      CHECK(copy.observation == memory.observation);
      CHECK(copy.reward == memory.reward);
    }
    CHECK_FALSE(other->restore(0, "no state"));
  }
}

TEST_CASE("Autoreset: what the three modes return at the end of an episode, by hand") {
  // Two days of CoincidentPeak, always running: one of them is charged.
  const std::vector<std::string> two_days = {"days=2"};
  const auto env_of = [&](Autoreset mode) {
    auto env = make_environment("AICMP/CoincidentPeak-v0", {.autoreset = mode}, "", two_days);
    env->seed(0, 1);
    return env;
  };
  const std::int64_t run = 0;
  const Actions actions{.choices = &run};

  SUBCASE("next step") {
    const auto env = env_of(Autoreset::kNextStep);
    Memory memory(*env);
    env->reset_into({}, memory.buffers());
    env->step_into(actions, memory.buffers());
    CHECK_FALSE(memory.terminated[0]);
    const double first = memory.reward[0];
    env->step_into(actions, memory.buffers());
    CHECK(memory.terminated[0]);
    CHECK(first + memory.reward[0] == -30.0);
    CHECK(memory.observation[3] == 0.0f);  // no days left: the final observation
    CHECK_FALSE(env->running(0));
    const std::int64_t nonsense = 99;  // ignored
    CHECK_FALSE(env->refused({.choices = &nonsense}));
    env->step_into({.choices = &nonsense}, memory.buffers());
    CHECK_FALSE(memory.terminated[0]);
    CHECK(memory.reward[0] == 0.0);
    CHECK(memory.observation[3] == 1.0f);
  }
  SUBCASE("same step") {
    const auto env = env_of(Autoreset::kSameStep);
    Memory memory(*env);
    env->reset_into({}, memory.buffers());
    env->step_into(actions, memory.buffers());
    const double first = memory.reward[0];
    env->step_into(actions, memory.buffers());
    CHECK(memory.terminated[0]);
    CHECK(first + memory.reward[0] == -30.0);
    CHECK(memory.observation[3] == 1.0f);
    CHECK(memory.final_observation[3] == 0.0f);
    CHECK(memory.final_info[0] == 1.0);
    CHECK(memory.info[0] == 0.0);
  }
  SUBCASE("disabled") {
    const auto env = env_of(Autoreset::kDisabled);
    Memory memory(*env);
    CHECK(env->refused(actions));  // before the first reset
    env->reset_into({}, memory.buffers());
    CHECK_FALSE(env->refused(actions));
    env->step_into(actions, memory.buffers());
    env->step_into(actions, memory.buffers());
    CHECK(memory.terminated[0]);
    CHECK(env->refused(actions));
    const std::uint8_t rows[] = {1};
    env->reset_into(rows, memory.buffers());
    CHECK_FALSE(env->refused(actions));
  }
}

TEST_CASE("Impossible actions are refused, with their row") {
  const auto env = make_environment("AICMP/SelfishMining-v0", {.size = 3});
  Memory memory(*env);
  for (std::size_t i = 0; i < 3; ++i) env->seed(i, i);
  env->reset_into({}, memory.buffers());
  std::vector<std::int64_t> choices = {3, 3, 3};  // wait is always possible on short branches
  CHECK_FALSE(env->refused({.choices = choices.data()}));
  choices[1] = 4;
  CHECK(*env->refused({.choices = choices.data()}) == 1);
  choices[1] = -1;
  CHECK(*env->refused({.choices = choices.data()}) == 1);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t choice = 0; choice < 4; ++choice) {
      choices = {3, 3, 3};
      choices[i] = static_cast<std::int64_t>(choice);
      CHECK(env->refused({.choices = choices.data()}).has_value() ==
            (memory.mask[i * 4 + choice] == 0));
    }
  }
}

TEST_CASE("Numbers out of range or not finite are refused, with their row") {
  const auto env = make_environment("AICMP/Curtailment-v0", {.size = 2}, "", {"actions=fraction"});
  Memory memory(*env);
  env->reset_into({}, memory.buffers());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto& [first, second, refused] :
       {std::tuple{0.0f, 1.0f, -1}, std::tuple{0.5f, 1.01f, 1}, std::tuple{-0.01f, 0.5f, 0},
        std::tuple{nan, 0.5f, 0}, std::tuple{1.0f, std::numeric_limits<float>::infinity(), 1}}) {
    memory.numbers = {first, second};
    const auto row = env->refused(memory.actions());
    CHECK((row ? static_cast<int>(*row) : -1) == refused);
  }
}

TEST_CASE("Wrong options are one clear line") {
  const auto message = [](const std::string& id, const std::vector<std::string>& overrides) {
    try {
      make_environment(id, {}, "", overrides);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(message("AICMP/Nothing-v0", {}).find("AICMP/Curtailment-v0") != std::string::npos);
  CHECK(message("AICMP/Reserve-v0", {"fee_pps=0.9"}).find("[0, 0.5]") != std::string::npos);
  CHECK(message("AICMP/Reserve-v0", {"fee_pp=0.1"}).find("fee_pps") != std::string::npos);
  CHECK(message("AICMP/Curtailment-v0", {"transitions=[1,0,0,0,1,0,0,0,0.5]"})
            .find("row 3 sums to 0.5") != std::string::npos);
  CHECK(message("AICMP/Curtailment-v0", {"mode_hash=[0.5,1]"}).find("mode_hash") !=
        std::string::npos);
  CHECK(message("AICMP/ShareDifficulty-v0", {"hash_max_ths=1"}).find("hash_max_ths") !=
        std::string::npos);
}

}  // namespace
}  // namespace aicmp
