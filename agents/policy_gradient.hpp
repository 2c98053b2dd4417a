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

/// The fused loss, its rows shared by threads. Where rows are few, two threads have a net each
/// instead: none of the gradient goes from one to the other, and they find the bits of one thread.
/// Else the gradients are added in a fixed order, so the sum depends on the number of threads. Not
/// for recurrent nets.
class FusedGradient final : public PolicyGradient {
 public:
  FusedGradient(const ActorCritic& net, Workers& workers);

  PolicyLoss differentiate(const float* parameters, const PolicySamples& samples,
                           std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                           float* gradient) override;

 private:
  struct Part {
    ActorCritic::Workspace space;
    Floats gradient;  // empty for the first, which writes into the caller's
    PolicyLoss loss;
  };

  const ActorCritic& net_;
  Workers& workers_;
  std::vector<Part> parts_;  // one for each thread
};

}  // namespace aicmp
