#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "envs/registry.hpp"
#include "sim/base/moments.hpp"

namespace aicmp {

/// Buffers for one environment and its actions.
struct Memory {
  explicit Memory(const Environment& env);
  StepBuffers buffers();
  Actions actions() const { return {choices.data(), numbers.data()}; }

  std::vector<float> observation, final_observation;
  std::vector<double> reward, info, final_info;
  std::unique_ptr<bool[]> terminated, truncated;
  std::vector<std::int8_t> mask, final_mask;
  std::vector<std::int64_t> choices;
  std::vector<float> numbers;
};

/// Index of a policy of the problem; asserts that it has one of that name.
std::size_t policy_index(const EnvSpec& spec, const std::string& name);

/// Writes the actions of all rows of `env`, whose present observations and masks are in `memory`.
using Decide = std::function<void(const Environment& env, Memory& memory)>;

/// The problem's score (EnvSpec::score) of one episode in each world of `env`, with seeds from
/// `first_seed` on. `env` must not reset in the same step.
std::vector<double> play_episodes(Environment& env, std::uint64_t first_seed, const Decide& decide);

/// The problem's score (EnvSpec::score) of a policy in one episode of each of `episodes` worlds,
/// with seeds from `first_seed` on; `parameters` empty: the policy's defaults.
Moments score(const std::string& id, const std::string& policy, std::size_t episodes,
              const std::vector<std::string>& overrides = {},
              const std::vector<double>& parameters = {}, std::uint64_t first_seed = 1000);

}  // namespace aicmp
