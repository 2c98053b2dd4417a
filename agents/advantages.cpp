#include "agents/advantages.hpp"

#include <vector>

namespace aicmp {

void estimate_advantages(const Transitions& transitions, double lambda, float* advantage,
                         float* value_target) {
  const auto decay = static_cast<float>(lambda);
  std::vector<float> ahead(transitions.envs, 0.0f);
  for (std::size_t t = transitions.steps; t-- > 0;) {
    for (std::size_t i = 0; i < transitions.envs; ++i) {
      const std::size_t at = t * transitions.envs + i;
      const float next = transitions.terminated[at] != 0 ? 0.0f : transitions.next_value[at];
      const float delta =
          transitions.reward[at] + transitions.discount[at] * next - transitions.value[at];
      const float chain = transitions.ended[at] != 0 ? 0.0f : ahead[i];
      ahead[i] = delta + transitions.discount[at] * decay * chain;
      advantage[at] = ahead[i];
      value_target[at] = ahead[i] + transitions.value[at];
    }
  }
}

}  // namespace aicmp
