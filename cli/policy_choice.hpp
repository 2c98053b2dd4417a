#pragma once

#include <string>

#include "sim/experiment/scenario.hpp"

namespace aicmp {

/// Lets the policy in a bundle decide in a scenario, in the place of the scenario's own rule. The
/// bundle is verified first. If it is refused, the heuristic that stands in for it decides and a
/// warning says so, provided that `fallback`; otherwise ConfigError says why.
void choose_policy(Scenario& scenario, const std::string& folder, bool fallback);

}  // namespace aicmp
