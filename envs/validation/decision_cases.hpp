#pragma once

#include <vector>

#include "sim/validation/case.hpp"

namespace aicmp {

/// Cases of `aicmp validate` that are decision problems: their optima against published values, and
/// policies that play in the ordinary environments against their closed forms.
std::vector<Case> decision_cases();

}  // namespace aicmp
