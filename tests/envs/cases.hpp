#pragma once

#include <string>
#include <vector>

#include "envs/rollout.hpp"

namespace aicmp {

/// A problem in one of the forms that its options give it.
struct ProblemCase {
  std::string id;
  std::vector<std::string> overrides;
};

/// Every problem with its defaults, and in each other form of its actions.
std::vector<ProblemCase> problem_cases();

/// Actions at random among those allowed, by row and `step` alone; asserts that each set leaves a
/// choice.
void draw_actions(const Environment& env, Memory& memory, std::size_t step);

}  // namespace aicmp
