#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agents/action_head.hpp"
#include "agents/lstm_layer.hpp"
#include "agents/mlp.hpp"

namespace aicmp {

/// Transitions that a policy learns from, all rows contiguous.
struct PolicySamples {
  const float* observation = nullptr;     // as the nets see it
  const std::int64_t* choices = nullptr;  // as PolicyActions
  const float* numbers = nullptr;
  const std::int8_t* mask = nullptr;  // nullptr: everything may be chosen
  const float* log_prob = nullptr;    // when the action was drawn
  const float* advantage = nullptr;   // of the action over the policy
  const float* value_target = nullptr;

  // Of recurrent policies, whose rows are [steps][envs]:
  std::size_t steps = 0;
  const std::uint8_t* ended = nullptr;  // the episode ended with the row
  const float* state = nullptr;         // [envs][state width] before the first step
};

/// The loss of proximal policy optimisation (Schulman et al., arXiv:1707.06347), a mean over rows:
///   max(-A rho, -A clamp(rho, 1 - clip, 1 + clip)) + value_weight (v - target)^2
///   - entropy_weight H,   with rho = p / p_old and A = (advantage - shift) * scale.
/// Without a clip, on the data of the policy itself, its gradient is that of A2C. `imitate` puts
/// -log p in the place of its first term: actions that somebody else chose are to be learned.
struct PolicyLossTerms {
  double clip = 0.0;
  double value_weight = 0.5;
  double entropy_weight = 0.0;
  double advantage_shift = 0.0;
  double advantage_scale = 1.0;
  bool imitate = false;
};

/// Means over rows.
struct PolicyLoss {
  double total = 0.0;
  double policy = 0.0;
  double value = 0.0;
  double entropy = 0.0;
  double approx_kl = 0.0;  // rho - 1 - log rho (Schulman, "Approximating KL divergence")
  double clipped = 0.0;    // part of rows whose ratio is outside the clip

  PolicyLoss& operator+=(const PolicyLoss& other);
  PolicyLoss operator/(double divisor) const;
};

/// Which of the two nets of an ActorCritic something is done for.
enum class Nets { kBoth, kPolicy, kValue };

/// Separate nets for policy and value over one flat vector of parameters: policy, value, their
/// memories, log deviations of continuous actions. In a recurrent one each of both sees the hidden
/// units of an LSTM of its own in place of the observation. Immutable; memory is the caller's.
class ActorCritic {
 public:
  struct Workspace {
    Mlp::Workspace policy;
    Mlp::Workspace value;
    Floats probabilities;  // [kChunkRows][policy output stride]
    Floats observation;    // rows gathered by index
    std::vector<std::int8_t> mask;
    std::optional<LstmLayer::Workspace> memory;
  };

  /// `lstm_units` 0: not recurrent.
  ActorCritic(std::size_t inputs, const std::vector<std::size_t>& hidden, Activation activation,
              ActionHead head, std::size_t lstm_units = 0);

  const ActionHead& head() const { return head_; }
  /// Width of an observation.
  std::size_t inputs() const { return inputs_; }
  const Mlp& policy() const { return policy_; }
  const Mlp& value() const { return value_; }
  /// Shape of both memories; none unless recurrent.
  const std::optional<LstmLayer>& memory() const { return memory_; }
  std::size_t value_offset() const { return policy_.size(); }
  std::size_t policy_memory_offset() const { return policy_.size() + value_.size(); }
  std::size_t value_memory_offset() const { return policy_memory_offset() + memory_size(); }
  std::size_t log_std_offset() const { return value_memory_offset() + memory_size(); }
  /// Floats that a recurrent net keeps for each environment, those of the policy first; zeros at
  /// the start of an episode.
  std::size_t state_width() const { return memory_ ? 2 * memory_->state_width() : 0; }
  /// Number of parameters, a multiple of kPadding.
  std::size_t size() const { return log_std_offset() + padded(head_.numbers()); }

  /// Gains as Andrychowicz et al. (arXiv:2006.05990) advise: last layers .01 and 1.
  void initialise(float* parameters, Rng& rng) const;
  Workspace workspace() const;

  /// Draws actions for any number of rows of `x` [rows][inputs]; `values` [rows] unless nullptr.
  /// `state` [rows][state_width] goes on by a step.
  void act(const float* parameters, const float* x, std::size_t rows, const std::int8_t* mask,
           Rng& rng, const PolicyActions& actions, float* state, float* values,
           Workspace& space) const;
  /// Values of any number of rows; the value's part of `state` goes on by a step.
  void values(const float* parameters, const float* x, std::size_t rows, float* state,
              float* values, Workspace& space) const;

  // The fused loss, of nets that are not recurrent. Of those see ComposedGradient.

  /// Sets the part of `gradient` that is by the parameters of `nets` to 0.
  void zero(Nets nets, float* gradient) const;
  /// Adds what `rows` and `nets` contribute to the loss to `loss` and its gradient to `gradient`,
  /// both divided by `batch`.
  void add_loss(const float* parameters, const PolicySamples& samples,
                std::span<const std::uint32_t> rows, std::size_t batch,
                const PolicyLossTerms& terms, Nets nets, Workspace& space, float* gradient,
                PolicyLoss& loss) const;

 private:
  std::size_t memory_size() const { return memory_ ? memory_->size() : 0; }
  /// Adds to `loss` sums over the rows, which are in `space`.
  void add_policy_loss(const float* parameters, const PolicySamples& samples,
                       std::span<const std::uint32_t> rows, float part,
                       const PolicyLossTerms& terms, Workspace& space, float* gradient,
                       PolicyLoss& loss) const;
  void add_value_loss(const float* parameters, const PolicySamples& samples,
                      std::span<const std::uint32_t> rows, float part, const PolicyLossTerms& terms,
                      Workspace& space, float* gradient, PolicyLoss& loss) const;
  /// Rows of a large rollout lie far apart: those of the next chunk are fetched ahead.
  void prefetch(const PolicySamples& samples, std::span<const std::uint32_t> rows, Nets nets) const;
  /// What a net sees of up to kChunkRows rows: `x`, or the hidden units of its memory.
  const float* seen(const float* memory_parameters, const float* x, std::size_t rows, float* state,
                    Workspace& space) const;

  std::size_t inputs_;
  ActionHead head_;
  std::optional<LstmLayer> memory_;
  Mlp policy_;
  Mlp value_;
};

}  // namespace aicmp
