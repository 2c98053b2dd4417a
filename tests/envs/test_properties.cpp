#include <cmath>

#include <doctest/doctest.h>

#include "envs/rollout.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

TEST_CASE("Any actions: finite numbers in bounds, parts that sum to the reward, a choice left") {
  for (const std::string& id : environment_ids()) {
    CAPTURE(id);
    const auto env = make_environment(id, {.size = 16});
    const EnvSpec& spec = env->spec();
    Memory memory(*env);
    Rng rng({3, 0, 0}, StreamId::kTest);
    for (std::size_t i = 0; i < 16; ++i) env->seed(i, i);
    env->reset_into({}, memory.buffers());
    const std::size_t choices = spec.action.choices.size();
    for (int step = 0; step < 2000; ++step) {
      for (std::size_t i = 0; i < 16; ++i) {
        bool some = !spec.action.masked;
        for (std::size_t c = 0; c < choices && !some; ++c) some = memory.mask[i * choices + c] != 0;
        REQUIRE(some);
        do {
          memory.choices[i] =
              static_cast<std::int64_t>(uniform(rng) * static_cast<double>(choices));
        } while (spec.action.masked &&
                 memory.mask[i * choices + static_cast<std::size_t>(memory.choices[i])] == 0);
      }
      REQUIRE(!env->refused({.choices = memory.choices.data()}));
      env->step_into({.choices = memory.choices.data()}, memory.buffers());
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
    for (const Field& field : spec.observation) CHECK(field.high > field.low);
    for (const PolicySpec& policy : spec.policies) {
      CHECK(policy.parameters.size() == policy.defaults.size());
    }
    for (const Option& option : environment_options(id)) CHECK_FALSE(option.help.empty());
  }
}

}  // namespace
}  // namespace aicmp
