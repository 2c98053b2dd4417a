#pragma once

#include <string>
#include <vector>

#include "cli/study.hpp"

namespace aicmp {

/// Runs the scenario once for each policy, all on the same random numbers, and compares every
/// measure with the first one's, pair by pair. A policy is the folder of a bundle, or `rule`: the
/// scenario's own. Throws ConfigError for fewer than two, and for a bundle that is refused.
void compare_policies(const StudyOptions& study, Scenario scenario,
                      const std::vector<std::string>& policies);

}  // namespace aicmp
