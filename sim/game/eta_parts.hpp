#pragma once

#include <span>
#include <vector>

namespace aicmp {

/// The parts of a block under the eta rule: w_i^eta / sum_j w_j^eta, by fluid work (economics.md
/// section 1.2, ETA-W). Sizes >= 0 in any unit, at least one positive; eta in [0, 1]; no work earns
/// nothing, also at eta = 0. The parts sum to 1.
std::vector<double> eta_parts(std::span<const double> sizes, double eta);

}  // namespace aicmp
