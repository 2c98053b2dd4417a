#pragma once

#include "agents/device.hpp"
#include "agents/policy_gradient.hpp"

namespace aicmp {

/// The loss of ActorCritic::add_loss() composed of libtorch's ordinary operations and
/// differentiated by autograd: the same function written once more, by which the fused one is
/// tested. It also goes through the memories of recurrent nets, back to the first of `rows`, and
/// runs on any device.
class ComposedGradient final : public PolicyGradient {
 public:
  /// Throws ConfigError if libtorch has no such device.
  ComposedGradient(const ActorCritic& net, int threads, Device device);

  PolicyLoss differentiate(const float* parameters, const PolicySamples& samples,
                           std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                           float* gradient) override;

 private:
  const ActorCritic& net_;
  int threads_;
  Device device_;
};

}  // namespace aicmp
