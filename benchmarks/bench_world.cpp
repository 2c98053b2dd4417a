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

}  // namespace
}  // namespace aicmp::bench
