#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "tests/envs/cases.hpp"

namespace aicmp {
namespace {

TEST_CASE("Any actions: finite numbers in bounds, parts that sum to the reward, a choice left") {
  for (const ProblemCase& problem : problem_cases()) {
    CAPTURE(problem.id);
    for (const bool oracle : {false, true}) {
      const auto env =
          make_environment(problem.id, {.size = 16, .oracle = oracle}, "", problem.overrides);
      const EnvSpec& spec = env->spec();
      Memory memory(*env);
      for (std::size_t i = 0; i < 16; ++i) env->seed(i, i);
      env->reset_into({}, memory.buffers());
      for (std::size_t step = 0; step < 2000; ++step) {
        draw_actions(*env, memory, step);
        REQUIRE(!env->refused(memory.actions()));
        env->step_into(memory.actions(), memory.buffers());
        for (std::size_t i = 0; i < 16; ++i) {
          double sum = 0.0;
          for (std::size_t k = 0; k < spec.parts.size(); ++k) sum += memory.info[(k + 1) * 16 + i];
          REQUIRE(sum == memory.reward[i]);
          REQUIRE(std::isfinite(memory.reward[i]));
          REQUIRE_FALSE((memory.terminated[i] && memory.truncated[i]));
          for (std::size_t k = 0; k < spec.observation.size(); ++k) {
            const double value = memory.observation[i * spec.observation.size() + k];
            REQUIRE(value >= static_cast<float>(spec.observation[k].low));
            REQUIRE(value <= static_cast<float>(spec.observation[k].high));
          }
        }
      }
    }
  }
}

TEST_CASE("Every policy of every problem acts within the rules") {
  for (const ProblemCase& problem : problem_cases()) {
    CAPTURE(problem.id);
    const auto env = make_environment(problem.id, {.size = 8}, "", problem.overrides);
    const EnvSpec& spec = env->spec();
    Memory memory(*env);
    for (std::size_t policy = 0; policy < spec.policies.size(); ++policy) {
      CAPTURE(spec.policies[policy].name);
      for (std::size_t i = 0; i < 8; ++i) env->seed(i, i);
      env->reset_into({}, memory.buffers());
      for (std::size_t step = 0; step < 300; ++step) {
        env->act(policy, spec.policies[policy].defaults, memory.choices.data(),
                 memory.numbers.data());
        REQUIRE(!env->refused(memory.actions()));
        env->step_into(memory.actions(), memory.buffers());
      }
    }
  }
}

TEST_CASE("Oracle information is appended to what a pool knows, and tells the future") {
  for (const ProblemCase& problem : problem_cases()) {
    CAPTURE(problem.id);
    const auto plain = make_environment(problem.id, {}, "", problem.overrides);
    const auto wide = make_environment(problem.id, {.oracle = true}, "", problem.overrides);
    const std::size_t known = plain->spec().observation.size();
    CHECK(wide->spec().observation.size() == known + plain->spec().oracle.size());
    Memory a(*plain);
    Memory b(*wide);
    plain->reset_into({}, a.buffers());
    wide->reset_into({}, b.buffers());
    for (std::size_t step = 0; step < 50; ++step) {
      CHECK(std::equal(a.observation.begin(), a.observation.end(), b.observation.begin()));
      draw_actions(*plain, a, step);
      plain->step_into(a.actions(), a.buffers());
      wide->step_into(a.actions(), b.buffers());
    }
  }
  const auto env = make_environment("AICMP/Curtailment-v0", {.oracle = true});
  Memory memory(*env);
  env->reset_into({}, memory.buffers());
  for (int step = 0; step < 50; ++step) {
    const float foreseen = memory.observation.back();
    memory.choices[0] = step % 2;
    env->step_into(memory.actions(), memory.buffers());
    CHECK(memory.observation[0] == foreseen);
  }
}

TEST_CASE("Two policies on one seed meet the same exogenous world") {
  // Prices: what was observed under one policy is observed under the other.
  for (const auto& [id, field] : {std::pair{"AICMP/Curtailment-v0", std::size_t{0}},
                                  std::pair{"AICMP/CoincidentPeak-v0", std::size_t{0}},
                                  std::pair{"AICMP/Reserve-v0", std::size_t{3}}}) {
    std::vector<std::vector<float>> seen;
    for (const std::int64_t choice : {0, 1}) {
      const auto env = make_environment(id, {}, "");
      Memory memory(*env);
      env->seed(0, 11);
      env->reset_into({}, memory.buffers());
      std::vector<float> path;
      for (int step = 0; step < 20; ++step) {
        env->step_into({.choices = &choice}, memory.buffers());
        path.push_back(memory.observation[field]);
      }
      seen.push_back(path);
    }
    CHECK(seen[0] == seen[1]);
  }
}

TEST_CASE("No action changes what learners may be spared") {
  for (const auto& [problem, number] :
       {std::pair{ProblemCase{"AICMP/Curtailment-v0", {}}, "frictionless"},
        std::pair{ProblemCase{"AICMP/ShareDifficulty-v0", {"rtt_min_ms=50", "rtt_max_ms=400"}},
                  "stales"}}) {
    CAPTURE(problem.id);
    std::vector<std::vector<double>> seen;
    for (const std::size_t first_step : {0u, 1000u}) {  // other actions, drawn by the step
      const auto env = make_environment(problem.id, {}, "", problem.overrides);
      const std::vector<std::string> numbers = env->spec().info_numbers();
      const auto at = static_cast<std::size_t>(std::find(numbers.begin(), numbers.end(), number) -
                                               numbers.begin());
      REQUIRE(at < numbers.size());
      Memory memory(*env);
      env->seed(0, 5);
      env->reset_into({}, memory.buffers());
      std::vector<double> path;
      for (std::size_t step = 0; step < 200; ++step) {
        draw_actions(*env, memory, first_step + step);
        env->step_into(memory.actions(), memory.buffers());
        path.push_back(memory.info[at]);
      }
      CHECK(path.back() != 0.0);
      seen.push_back(path);
    }
    CHECK(seen[0] == seen[1]);
  }
}

TEST_CASE("Every problem is described for its users") {
  for (const std::string& id : environment_ids()) {
    CAPTURE(id);
    const auto env = make_environment(id, {});
    const EnvSpec& spec = env->spec();
    CHECK(spec.id == id);
    CHECK_FALSE(spec.question.empty());
    CHECK_FALSE(spec.reward.empty());
    CHECK(spec.max_steps > 0);
    CHECK(spec.policies.size() >= 2);
    CHECK_FALSE(spec.policies[policy_index(spec, spec.baseline)].oracle);
    CHECK((spec.action.continuous() ? spec.action.choices() == 0 : spec.action.choices() >= 2));
    for (const Field& field : spec.observation) CHECK(field.high > field.low);
    for (const PolicySpec& policy : spec.policies) {
      REQUIRE(policy.parameters.size() == policy.defaults.size());
      for (std::size_t k = 0; k < policy.defaults.size(); ++k) {
        CHECK(policy.defaults[k] >= policy.parameters[k].low);
        CHECK(policy.defaults[k] <= policy.parameters[k].high);
      }
    }
    for (const Option& option : environment_options(id)) CHECK_FALSE(option.help.empty());
  }
}

}  // namespace
}  // namespace aicmp
