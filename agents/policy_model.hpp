#pragma once

#include "agents/action_head.hpp"
#include "agents/lstm_layer.hpp"
#include "agents/mlp.hpp"
#include "agents/running_moments.hpp"
#include "envs/spec.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// What a learner has learned, as others can run it: the problem's features and actions, and the
/// net whose first outputs decide. `moments` nullptr: observations are not normalised; `log_std`
/// is that of continuous actions.
PolicyModel policy_model(const EnvSpec& spec, const Mlp& net, const float* parameters,
                         const RunningMoments* moments, const float* log_std);

/// The memory of a recurrent policy, which is its first layer.
PolicyLayer policy_layer(const LstmLayer& memory, const float* parameters);

}  // namespace aicmp
