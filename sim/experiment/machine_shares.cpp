#include "sim/experiment/machine_shares.hpp"

#include <algorithm>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

// Draws of what sets machines apart have the number of their group here.
constexpr std::uint32_t kNoGroup = UINT32_MAX;

}  // namespace

std::vector<MachineShares> draw_machine_shares(const World& world) {
  const Plant& plant = *world.plant();
  const ShareCounts& counts = world.pool().share_counts();
  std::vector<MachineShares> shares(plant.machines());
  for (std::size_t begin = 0, end = 0; begin < shares.size(); begin = end) {
    const std::uint32_t account = plant.account_of(begin);
    double hashes_th = 0.0;
    for (end = begin; end < shares.size() && plant.account_of(end) == account; ++end) {
      hashes_th += plant.totals()[end].hashes_th;
    }
    MachineShares left{
        counts.accepted[account], counts.stale[account],
        counts.superseded[account] + counts.duplicate[account] + counts.low_difficulty[account],
        counts.lost[account]};
    Rng rng(world.key(), StreamId::kMachines, account, kNoGroup);
    for (std::size_t i = begin; i < end; ++i) {
      const double own = plant.totals()[i].hashes_th;
      const double part = i + 1 == end || own >= hashes_th ? 1.0 : own / hashes_th;
      const auto take = [&](std::int64_t& from) {
        const std::int64_t taken = binomial(rng, from, part);
        from -= taken;
        return taken;
      };
      shares[i] = {take(left.accepted), take(left.stale), take(left.rejected), take(left.lost)};
      hashes_th -= own;
    }
  }
  return shares;
}

}  // namespace aicmp
