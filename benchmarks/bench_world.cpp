#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "sim/experiment/measures.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp::bench {
namespace {

/// A month of a pool with 1 % of the network, 1,000 miners, three schemes and all measures.
void month(benchmark::State& state) {
  const int repeat = rounds("world/month");
  Scenario scenario;
  scenario.fleet.groups.front().mean_machines = 45.0;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      World world(scenario, {1, 0, 0});
      world.advance(scenario.run.horizon());
      world.close();
      benchmark::DoNotOptimize(measure(world).data());
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(month)->Name("world/month")->Unit(benchmark::kMillisecond);

/// The network alone: an item is a block with its fees, header and race.
void blocks(benchmark::State& state) {
  const int repeat = rounds("world/blocks");
  Scenario scenario;
  scenario.run.days = 30;
  scenario.fleet.groups.front().count = 1;
  scenario.pool.schemes = {parse_scheme("pps")};
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      World world(scenario, {1, 0, 0});
      world.advance(scenario.run.horizon());
      benchmark::DoNotOptimize(world.totals().main_blocks);
    }
  }
  state.SetItemsProcessed(state.iterations() * 4320);
}
BENCHMARK(blocks)->Name("world/blocks")->Unit(benchmark::kMillisecond);

/// Days of 100,000 modelled machines of 1,000 miners, with heat, failures, an hourly market price,
/// a controller and the pool: an item is an hour of a machine.
void fleet(benchmark::State& state) {
  const int repeat = rounds("world/fleet_day");
  Scenario scenario;
  scenario.run.days = 36500;
  GroupConfig& group = scenario.fleet.groups.front();
  group.count = 1000;
  group.mean_machines = 100.0;
  group.size.shape = SizeShape::kFixed;
  group.machines.modelled = true;
  scenario.sites.resize(1);
  SiteConfig& site = scenario.sites.front();
  site.energy.model = EnergyModel::kMarket;
  site.ambient.model = AmbientModel::kSeasons;
  site.decision.rule = EnergyRuleKind::kHysteresis;
  World world(scenario, {1, 0, 0});
  Time day;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      day += Time::days(1.0);
      world.advance(day);
      benchmark::DoNotOptimize(world.plant()->site_totals()[0].energy_j);
    }
  }
  state.SetItemsProcessed(state.iterations() * 2'400'000);
}
BENCHMARK(fleet)->Name("world/fleet_day")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aicmp::bench
