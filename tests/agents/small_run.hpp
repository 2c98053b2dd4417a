#pragma once

#include <vector>

#include "agents/on_policy.hpp"
#include "agents/run_settings.hpp"

namespace aicmp::test {

/// A small net on observations as they are, for problems that are worth a few seconds.
inline RunSettings small_run() {
  RunSettings run;
  run.hidden = {16, 16};
  run.normalise_observations = false;
  run.rewards = {.discount = 0.9, .differential = false, .normalise = false};
  return run;
}

inline std::vector<float> weights(const OnPolicy& learner) {
  return {learner.parameters(), learner.parameters() + learner.net().size()};
}

}  // namespace aicmp::test
