#pragma once

#include <string>
#include <utility>
#include <vector>

namespace aicmp {

/// Named results of one world, in a fixed order: "pool.stale_share_fraction",
/// "schemes.eta:0.8.payout_gini". Units are in the last part of the name.
using Measures = std::vector<std::pair<std::string, double>>;

}  // namespace aicmp
