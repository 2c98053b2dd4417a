#pragma once

#include <cstdint>
#include <vector>

#include "agents/kernels/kernels.hpp"
#include "agents/rewards.hpp"

namespace aicmp {

/// What every learner needs to know of its run.
struct RunSettings {
  std::uint64_t seed = 1;
  std::int64_t total_steps = 1'000'000;
  int threads = 1;
  std::vector<std::size_t> hidden = {64, 64};
  Activation activation = Activation::kTanh;
  bool normalise_observations = true;
  Rewards::Config rewards;
};

}  // namespace aicmp
