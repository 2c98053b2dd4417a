#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// Who mined a block: kOurPool, a listed pool by its place in the list (1, 2, ...), or kNobody for
/// the rest of the network, whose miners are infinitesimal and never the same twice.
using OwnerId = int;
inline constexpr OwnerId kOurPool = 0;
inline constexpr OwnerId kNobody = -1;

/// A pool other than ours, by its share of the hash rate outside our pool.
struct OtherPool {
  std::string name;
  double share = 0.0;
};

void add_options(OptionTable& table, OtherPool& pool);

/// The winner of a block.
struct Winner {
  OwnerId owner = kNobody;
  double within = 0.0;  // uniform in [0, 1) given the owner: picks a miner inside a pool
};

/// Splits the hash rate among our pool, the listed pools and the rest.
class Owners {
 public:
  /// Throws ConfigError if shares leave [0, 1] or sum to more than 1, or a name is empty or double.
  explicit Owners(std::vector<OtherPool> pools);

  /// Maps a uniform number in [0, 1) to a winner, `our_share` in [0, 1] being ours.
  /// Our pool owns [0, our_share): with more hash rate it keeps every block that it had.
  Winner winner(double uniform, double our_share) const;

  /// Share of the whole hash rate; 0 for kNobody.
  double share(OwnerId owner, double our_share) const;

  /// The listed pool of that name; kNobody if there is none.
  OwnerId find(const std::string& name) const;
  /// "our pool", the name of a listed pool, or "others".
  const std::string& name(OwnerId owner) const;
  std::span<const OtherPool> pools() const { return pools_; }

 private:
  std::vector<OtherPool> pools_;
};

}  // namespace aicmp
