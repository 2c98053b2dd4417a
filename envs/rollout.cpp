#include "envs/rollout.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {

Memory::Memory(const Environment& env) {
  const EnvSpec& spec = env.spec();
  const std::size_t n = env.size();
  observation.resize(n * spec.observation.size());
  final_observation = observation;
  reward.resize(n);
  info.resize(n * spec.info_width());
  final_info = info;
  terminated = std::make_unique<bool[]>(n);
  truncated = std::make_unique<bool[]>(n);
  mask.resize(n * spec.action.choices());
  final_mask = mask;
  choices.resize(n * spec.action.sets.size());
  numbers.resize(n * spec.action.numbers.size());
}

StepBuffers Memory::buffers() {
  return {observation.data(),       reward.data(),     terminated.get(),
          truncated.get(),          info.data(),       mask.data(),
          final_observation.data(), final_info.data(), final_mask.data()};
}

std::size_t policy_index(const EnvSpec& spec, const std::string& name) {
  const auto found = std::find_if(spec.policies.begin(), spec.policies.end(),
                                  [&](const PolicySpec& policy) { return policy.name == name; });
  AICMP_ASSERT(found != spec.policies.end());
  return static_cast<std::size_t>(found - spec.policies.begin());
}

std::vector<double> play_episodes(Environment& env, std::uint64_t first_seed,
                                  const Decide& decide) {
  const EnvSpec& spec = env.spec();
  const std::size_t episodes = env.size();
  Memory memory(env);
  for (std::size_t i = 0; i < episodes; ++i) env.seed(i, first_seed + i);
  env.reset_into({}, memory.buffers());
  std::vector<double> sum(episodes), time(episodes), factor(episodes, 1.0);
  std::vector<bool> over(episodes, false);
  for (std::size_t open = episodes; open > 0;) {
    decide(env, memory);
    AICMP_ASSERT(!env.refused(memory.actions()));
    env.step_into(memory.actions(), memory.buffers());
    for (std::size_t i = 0; i < episodes; ++i) {
      if (over[i]) continue;
      sum[i] += factor[i] * memory.reward[i];
      time[i] += memory.info[i];
      if (spec.score == Score::kDiscounted) factor[i] *= std::pow(spec.discount, memory.info[i]);
      if (memory.terminated[i] || memory.truncated[i]) {
        over[i] = true;
        --open;
      }
    }
  }
  if (spec.score == Score::kRate) {
    for (std::size_t i = 0; i < episodes; ++i) sum[i] /= time[i];
  }
  return sum;
}

Moments score(const std::string& id, const std::string& policy, std::size_t episodes,
              const std::vector<std::string>& overrides, const std::vector<double>& parameters,
              std::uint64_t first_seed) {
  const auto env =
      make_environment(id, {.size = episodes, .autoreset = Autoreset::kNextStep}, "", overrides);
  const std::size_t index = policy_index(env->spec(), policy);
  const auto& chosen = parameters.empty() ? env->spec().policies[index].defaults : parameters;
  Moments scores;
  for (const double score :
       play_episodes(*env, first_seed, [&](const Environment&worlds, Memory&memory) {
         worlds.act(index, chosen, memory.choices.data(), memory.numbers.data());
       })) {
    scores.add(score);
  }
  return scores;
}

}  // namespace aicmp
