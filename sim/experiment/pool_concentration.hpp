#pragma once

#include <vector>

namespace aicmp {

class World;

/// Parts of the network's hash rate that pools hold now: ours, those of network.pools, and those of
/// fleet.outside with the miners of ours who went there. Pools of one name are one pool, of the
/// size that network.pools gives it. Who mines alone is none.
std::vector<double> pool_parts(const World& world);

/// Sum of the squares of parts in [0, 1] of a whole, who is not listed counting nothing.
double concentration(const std::vector<double>& parts);

/// The fewest of these that hold more than half of the whole; NaN where they hold less together.
double majority(const std::vector<double>& parts);

}  // namespace aicmp
