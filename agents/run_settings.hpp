#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "agents/device.hpp"
#include "agents/kernels/kernels.hpp"
#include "agents/rewards.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// A heuristic of the problem that a policy is taught before it learns by itself.
struct Imitation {
  std::size_t policy = 0;          // index in EnvSpec::policies
  std::vector<double> parameters;  // empty: its defaults
  std::int64_t steps = 0;          // of environments; 0: nothing is taught
  /// The policy plays and is told what the heuristic would do (Ross, Gordon and Bagnell, AISTATS
  /// 2011): it meets what its own mistakes lead to, which the heuristic never shows it.
  bool policy_plays = false;
};

/// What every learner needs to know of its run.
struct RunSettings {
  std::uint64_t seed = 1;
  std::int64_t total_steps = 1'000'000;
  std::shared_ptr<Workers> workers = std::make_shared<Workers>(1);
  Device device = Device::kCpu;
  std::vector<std::size_t> hidden = {64, 64};
  Activation activation = Activation::kTanh;
  std::size_t lstm_size = 0;  // 0: a policy without memory
  bool normalise_observations = true;
  Rewards::Config rewards;
  std::optional<std::size_t> less;  // of the rewards, as Play takes it
  Imitation imitation;
};

}  // namespace aicmp
