#include "sim/experiment/spreaders.hpp"

#include <algorithm>

namespace aicmp {

Spreaders::Spreaders(const FleetConfig& fleet, const Population& miners) {
  for (const GroupConfig& config : fleet.groups) {
    Group& group = groups_.emplace_back();
    if (config.behaviour != Behaviour::kSpread) continue;
    exist_ = true;
    group.pools = config.pools;
    if (config.rotate_hours > 0.0) {
      group.turn = Time::hours(config.rotate_hours);
      group.next = group.turn;
    }
  }
  std::vector<std::uint32_t> first_owner(groups_.size());
  for (std::size_t i = 0; i < miners.size(); ++i) {
    const std::uint32_t g = miners.group[i];
    if (i == 0 || miners.group[i - 1] != g) first_owner[g] = miners.owner[i];
    accounts_.push_back({g, (miners.owner[i] - first_owner[g]) % groups_[g].pools});
  }
}

Time Spreaders::next() const {
  Time next = Time::forever();
  for (const Group& group : groups_) next = std::min(next, group.next);
  return next;
}

void Spreaders::step() {
  const Time now = next();
  for (Group& group : groups_) {
    if (group.next != now) continue;
    ++group.turns;
    group.next += group.turn;
  }
}

double Spreaders::part(std::size_t account) const {
  const Account& a = accounts_[account];
  const Group& group = groups_[a.group];
  if (group.turn == Time::forever()) return 1.0 / static_cast<double>(group.pools);
  return group.turns % group.pools == a.first_turn ? 1.0 : 0.0;
}

}  // namespace aicmp
