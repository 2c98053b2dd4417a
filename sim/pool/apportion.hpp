#pragma once

#include <span>
#include <vector>

#include "sim/base/units.hpp"

namespace aicmp {

/// Splits `total` in proportion to `weights` by largest remainder, ties to the lower index; the
/// parts sum to `total` exactly and a weight of 0 gets 0. Weights are finite and >= 0, at least one
/// is positive; `total` >= 0. `parts` is resized to weights.size(). O(n).
void apportion(Satoshi total, std::span<const double> weights, std::vector<Satoshi>& parts);

}  // namespace aicmp
