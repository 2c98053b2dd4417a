#pragma once

#include <cstddef>
#include <cstdint>

namespace aicmp {

/// What generalised advantage estimation needs of transitions [steps][envs], step after step.
struct Transitions {
  std::size_t steps = 0;
  std::size_t envs = 0;
  const float* reward = nullptr;
  const float* value = nullptr;       // of the state a transition starts from
  const float* next_value = nullptr;  // of the state it leads to: the final one where it ended
  const float* discount = nullptr;    // gamma^dt
  const std::uint8_t* terminated = nullptr;  // nothing comes after it
  const std::uint8_t* ended = nullptr;       // terminated or truncated: the next row is elsewhere
};

/// Generalised advantage estimation (Schulman et al., arXiv:1506.02438) with a discount of its own
/// for each transition: delta = r + discount v' - v, A = delta + discount lambda A'.
/// An episode that was truncated is worth what its final state is worth. Writes [steps][envs].
void estimate_advantages(const Transitions& transitions, double lambda, float* advantage,
                         float* value_target);

}  // namespace aicmp
