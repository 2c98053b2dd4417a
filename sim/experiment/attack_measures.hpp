#pragma once

#include <vector>

#include "sim/experiment/measures.hpp"

namespace aicmp {

/// What attacks did to honest miners, how late they were noticed and what they cost; none where
/// there is no attack.
std::vector<Measure> measure_attacks(const World& world);

}  // namespace aicmp
