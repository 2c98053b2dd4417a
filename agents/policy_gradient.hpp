#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agents/actor_critic.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// The fused loss of ActorCritic, its rows shared by threads. The sum of the threads' gradients has
/// a fixed order, so it depends on their number only.
class PolicyGradient {
 public:
  PolicyGradient(const ActorCritic& net, int threads);

  /// Adds the gradient of the mean loss over `rows` of `samples`.
  PolicyLoss add(const float* parameters, const PolicySamples& samples,
                 std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                 float* gradient);

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
