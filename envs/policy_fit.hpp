#pragma once

#include "envs/spec.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// Throws ConfigError, with the key at fault, unless the policy sees exactly what the problem
/// shows, in the same order, units and ranges, and does what the problem allows.
void check_fit(const PolicyModel& model, const EnvSpec& spec);

}  // namespace aicmp
