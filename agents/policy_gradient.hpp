#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/actor_critic.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// A way to the gradient of ActorCritic's loss.
class PolicyGradient {
 public:
  virtual ~PolicyGradient() = default;

  /// Adds the gradient of the mean loss over `rows` of `samples`. Of a recurrent net `rows` are
  /// whole sequences, [samples.steps][chosen environments].
  virtual PolicyLoss add(const float* parameters, const PolicySamples& samples,
                         std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                         float* gradient) = 0;
};

/// The fused loss, its rows shared by threads. The sum of the threads' gradients has a fixed order,
/// so it depends on their number only. Not for recurrent nets.
class FusedGradient final : public PolicyGradient {
 public:
  FusedGradient(const ActorCritic& net, int threads);

  PolicyLoss add(const float* parameters, const PolicySamples& samples,
                 std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                 float* gradient) override;

 private:
  struct Part {
    ActorCritic::Workspace space;
    Floats gradient;  // empty for the first, which writes into the caller's
    PolicyLoss loss;
  };

  const ActorCritic& net_;
  std::vector<Part> parts_;
  std::unique_ptr<Workers> workers_;  // none for one thread
};

}  // namespace aicmp
