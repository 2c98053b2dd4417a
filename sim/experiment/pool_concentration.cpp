#include "sim/experiment/pool_concentration.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "sim/experiment/ratio.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

std::vector<double> pool_parts(const World& world) {
  const Network& network = world.network();
  const double total = network.total_hashes_per_s();
  if (!(total > 0.0)) return {};
  std::vector<double> rates = {network.pool_hashes_per_s()};
  for (const OtherPool& pool : network.owners().pools()) {
    rates.push_back(pool.share * network.others_hashes_per_s());
  }
  if (world.whereabouts().choosers().exist()) {
    const std::vector<double> ours = world.whereabouts().choosers().hashes_per_s_outside();
    const std::vector<OutsidePool>& outside = world.scenario().fleet.outside;
    for (std::size_t i = 0; i < outside.size(); ++i) {
      if (outside[i].pays == OutsidePool::Pays::kSolo) continue;
      const OwnerId owner = network.owners().find(outside[i].name);
      if (owner == kNobody) {
        const bool sized = outside[i].pays == OutsidePool::Pays::kPplns;
        rates.push_back(ours[i] + (sized ? outside[i].network_share * total : 0.0));
      } else {
        rates[static_cast<std::size_t>(owner)] += ours[i];
      }
    }
  }
  for (double& rate : rates) rate /= total;
  return rates;
}

double concentration(const std::vector<double>& parts) {
  return std::inner_product(parts.begin(), parts.end(), parts.begin(), 0.0);
}

double majority(const std::vector<double>& parts) {
  std::vector<double> descending = parts;
  std::sort(descending.begin(), descending.end(), std::greater<>());
  double held = 0.0;
  for (std::size_t i = 0; i < descending.size(); ++i) {
    held += descending[i];
    if (held > 0.5) return static_cast<double>(i + 1);
  }
  return kNoValue;
}

}  // namespace aicmp
