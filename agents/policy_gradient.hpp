#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/actor_critic.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// A way to the gradient of ActorCritic's loss.
class PolicyGradient {
 public:
  virtual ~PolicyGradient() = default;

  /// Returns the mean loss over `rows` of `samples` and writes its gradient. Of a recurrent net
  /// `rows` are whole sequences, [samples.steps][chosen environments].
  virtual PolicyLoss differentiate(const float* parameters, const PolicySamples& samples,
                                   std::span<const std::uint32_t> rows,
                                   const PolicyLossTerms& terms, float* gradient) = 0;
};

/// The fused loss, shared by threads: one half of them has the policy, the other the value, so that
/// of two each keeps its own parameters in its cache; more share the rows. The sum of the gradients
/// has a fixed order, so it depends on the number of threads only. Not for recurrent nets.
class FusedGradient final : public PolicyGradient {
 public:
  FusedGradient(const ActorCritic& net, Workers& workers);

  PolicyLoss differentiate(const float* parameters, const PolicySamples& samples,
                           std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                           float* gradient) override;

 private:
  /// What one thread does: the rows of share `share` of `shares`.
  struct Part {
    Nets nets;
    std::size_t share, shares;
    ActorCritic::Workspace space;
    Floats gradient;  // empty for a first share, which writes into the caller's
    PolicyLoss loss;
  };

  const ActorCritic& net_;
  Workers& workers_;
  std::vector<Part> parts_;
};

}  // namespace aicmp
