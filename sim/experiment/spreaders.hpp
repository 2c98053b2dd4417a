#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/fleet/fleet_config.hpp"
#include "sim/fleet/population.hpp"

namespace aicmp {

/// Miners who spread over several pools like ours: all at once, or with all of their hash rate in
/// one after the other. Only our pool is in the world; what they do in the others is the same, so
/// that on average they are paid there what they are paid here.
class Spreaders {
 public:
  Spreaders(const FleetConfig& fleet, const Population& miners);

  bool exist() const { return exist_; }
  /// When miners next change pools; Time::forever() if none does.
  Time next() const;
  /// They have, at next().
  void step();
  /// Part of the account's hash rate that is in our pool, in [0, 1].
  double part(std::size_t account) const;

 private:
  struct Group {
    std::int64_t pools = 1;
    Time turn = Time::forever();  // how long they stay in one pool
    std::int64_t turns = 0;       // that are over
    Time next = Time::forever();
  };
  struct Account {
    std::uint32_t group = 0;
    std::int64_t first_turn = 0;  // that its miner is in our pool
  };

  bool exist_ = false;
  std::vector<Group> groups_;
  std::vector<Account> accounts_;
};

}  // namespace aicmp
