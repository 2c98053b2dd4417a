#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "agents/actor_critic.hpp"

namespace aicmp {

/// The loss of ActorCritic::add_loss() composed of libtorch's ordinary operations and
/// differentiated by autograd: the same function written once more, by which the fused one is
/// tested. Adds the gradient of the mean over `rows` to `gradient`.
PolicyLoss composed_policy_loss(const ActorCritic& net, const float* parameters,
                                const PolicySamples& samples, std::span<const std::uint32_t> rows,
                                const PolicyLossTerms& terms, float* gradient);

}  // namespace aicmp
