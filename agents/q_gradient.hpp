#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/q_net.hpp"
#include "agents/replay.hpp"
#include "agents/rewards.hpp"
#include "agents/running_moments.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// Means over the drawn transitions.
struct QLoss {
  double td = 0.0;  // Huber's loss of the temporal difference, weighted
  double q = 0.0;   // of the choices that were made
};

/// The loss of deep Q-learning over transitions of a replay and its gradient, shared by threads.
/// The sum of their gradients has a fixed order, so it depends on their number only.
class QGradient {
 public:
  /// Learns from what `replay` holds, as `scale` and `rewards` show it.
  QGradient(const QNet& net, const Replay& replay, const ObservationScale& scale,
            const Rewards& rewards, bool double_q, Workers& workers);

  /// Writes the gradient by `parameters` and of each of `indices` the temporal difference. Values
  /// of what follows are those of the net with the parameters `target`.
  QLoss differentiate(const float* parameters, const float* target,
                      std::span<const std::uint32_t> indices, std::span<const float> weights,
                      float* gradient, std::span<float> errors);

 private:
  /// What one thread works with: a chunk of transitions.
  struct Part {
    Mlp::Workspace space;
    Floats x, next_x, q, next_q;
    std::vector<Experience> drawn;
    std::vector<std::int64_t> choices;
    std::vector<float> slopes;
    Floats gradient;  // empty for the first, which writes into the caller's
    QLoss loss;       // sums
  };

  void load(std::span<const std::uint32_t> indices, Part& part) const;
  /// What the drawn choice `r` of the chunk should be worth.
  double target_value(const Part& part, std::size_t r) const;
  void add(const float* parameters, const float* target, std::span<const std::uint32_t> indices,
           std::span<const float> weights, std::size_t batch, Part& part, float* gradient,
           std::span<float> errors) const;

  const QNet& net_;
  const Replay& replay_;
  const ObservationScale& scale_;
  const Rewards& rewards_;
  bool double_q_;
  Workers& workers_;
  std::vector<Part> parts_;  // one for each thread
};

}  // namespace aicmp
