#include "sim/fleet/population.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

double sum(const std::vector<double>& values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total;
}

double mean_latency_s(const GroupConfig& group, Region pool) {
  const bool stated = group.latency_ms > 0.0;
  return 1e-3 * (stated ? group.latency_ms : region_latency_ms(group.region, pool));
}

/// The hash rate of the nearest whole number of machines, at least one.
double whole_machines(double ths, double machine_ths) {
  return std::max(1.0, std::round(ths / machine_ths)) * machine_ths;
}

}  // namespace

double Population::total_hashes_per_s() const {
  return sum(hashes_per_s);
}
double Population::total_power_w() const {
  return sum(power_w);
}

Population draw_population(const FleetConfig& config, const WorldKey& key) {
  const AsicCatalogue catalogue(config.asics);
  const auto miners = static_cast<std::size_t>(account_count(config));
  const auto world = Rng::split(key);
  Population population;
  population.hashes_per_s.reserve(miners);
  population.latency_s.reserve(miners);
  population.share_difficulty.reserve(miners);
  population.power_w.reserve(miners);
  population.group.reserve(miners);
  population.model.reserve(miners);
  population.owner.reserve(miners);
  std::uint32_t owner = 0;

  for (std::uint32_t g = 0; g < config.groups.size(); ++g) {
    const GroupConfig& group = config.groups[g];
    const std::size_t model = catalogue.find(group.asic, "fleet.groups.asic");
    const OperatingPoint machine =
        catalogue.operating_point(model, group.mode, "fleet.groups.mode");
    const double mean_ths =
        group.mean_ths > 0.0 ? group.mean_ths : group.mean_machines * machine.hashrate_ths;
    const double latency_s = mean_latency_s(group, config.pool_region);
    for (std::int64_t j = 0; j < group.count; ++j) {
      Rng rng(world, StreamId::kPopulation, static_cast<std::uint32_t>(j), g);
      // Latency comes first, always with one normal, so that no size option can change it.
      const double spread = group.latency_sigma * (normal(rng) - 0.5 * group.latency_sigma);
      double ths = draw_hashrate_ths(group.size, mean_ths, j, rng);
      if (group.machines.modelled) ths = whole_machines(ths, machine.hashrate_ths);
      const double hashes = 1e12 * ths / static_cast<double>(group.identities);
      for (std::int64_t k = 0; k < group.identities; ++k) {
        population.hashes_per_s.push_back(hashes);
        population.latency_s.push_back(latency_s * std::exp(spread));
        population.share_difficulty.push_back(group.share_difficulty);
        population.power_w.push_back(hashes * machine.joules_per_hash());
        population.group.push_back(g);
        population.model.push_back(static_cast<std::uint32_t>(model));
        population.owner.push_back(owner);
      }
      ++owner;
    }
  }
  return population;
}

}  // namespace aicmp
