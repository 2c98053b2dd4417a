#pragma once

#include <string>
#include <vector>

namespace aicmp {

class World;

/// One named result of a world. Units are in the name ("lowest_reserve_btc"); names without one are
/// counts, ratios or 0/1.
struct Measure {
  std::string scheme;  // of which scheme; empty: of the world
  std::string name;
  double value = 0.0;
};

/// The standard measures of a finished world, always in the same order.
std::vector<Measure> measure(const World& world);

}  // namespace aicmp
