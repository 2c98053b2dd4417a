#pragma once

#include <cstdint>
#include <vector>

#include "sim/experiment/world.hpp"

namespace aicmp {

/// Shares by fate.
struct MachineShares {
  std::int64_t accepted = 0;
  std::int64_t stale = 0;
  std::int64_t rejected = 0;  // superseded, duplicate or too easy
  std::int64_t lost = 0;
};

/// By machine, as the pool counts them where machines have names of their own: each share of an
/// account is of one of its machines, by their hashes (Poisson processes split independently).
/// Counts of an account add up to its own. Lost hash rate that is over before a share is sent
/// (`Connections`, `Hijack`) is taken from all its machines alike.
std::vector<MachineShares> draw_machine_shares(const World& world);

}  // namespace aicmp
