#pragma once

#include <string>
#include <utility>
#include <vector>

namespace aicmp {

/// Where a miner, or the pool's server, is. `kNone` is a place without delay to any other.
enum class Region {
  kNone,
  kNorthAmerica,
  kEurope,
  kSouthAmerica,
  kAsiaPacific,
  kJapan,
  kAustralia,
};

/// Spellings for OptionTable::add_choice.
std::vector<std::pair<std::string, Region>> region_names();

/// Mean one-way delay in ms between two regions, 2019. Source: SimBlock (dsg-titech/simblock,
/// NetworkConfiguration.java, commit 5fc7f9f, Apache-2.0), REGION latency matrix of 2019.
/// 0 if either is kNone.
double region_latency_ms(Region from, Region to);

}  // namespace aicmp
