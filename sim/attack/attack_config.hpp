#pragma once

#include "sim/attack/connections.hpp"
#include "sim/attack/hijack.hpp"
#include "sim/attack/theft.hpp"

namespace aicmp {

/// Attacks from outside the pool that a world drives; a flood is the front end's, selfish
/// mining the network's. See also
/// Behaviour, for what miners themselves do.
struct AttackConfig {
  TheftConfig theft;
  HijackConfig hijack;
  ConnectionFloodConfig connections;
};

}  // namespace aicmp
