#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/fleet/fleet_config.hpp"

namespace aicmp {

/// All accounts of the pool as a structure of arrays, group by group; element i of each is account
/// i. A miner has one account unless it splits into identities.
struct Population {
  std::vector<double> hashes_per_s;      // > 0, at most 1e21
  std::vector<double> latency_s;         // one way between miner and pool, >= 0
  std::vector<double> share_difficulty;  // that the miner asks for; 0: none
  std::vector<double> power_w;           // at hashes_per_s, in the group's mode
  std::vector<std::uint32_t> group;      // index into FleetConfig::groups
  std::vector<std::uint32_t> model;      // index into AsicCatalogue
  std::vector<std::uint32_t> owner;  // miner that the account belongs to, from 0 over all groups

  std::size_t size() const { return hashes_per_s.size(); }
  double total_hashes_per_s() const;
  double total_power_w() const;
};

/// Draws the miners of a configuration that `check()` accepts. The j-th miner of group g has a
/// generator of its own (StreamId::kPopulation, entity j, block g): one more miner or group, or
/// another option of one group, changes no other miner.
Population draw_population(const FleetConfig& config, const WorldKey& key);

}  // namespace aicmp
