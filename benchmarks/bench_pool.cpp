#include <numeric>

#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "sim/pool/apportion.hpp"
#include "sim/pool/scheme.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp::bench {
namespace {

constexpr std::size_t kMiners = 10'000;

std::vector<double> zipf_weights() {
  std::vector<double> weights(kMiners);
  for (std::size_t i = 0; i < kMiners; ++i) weights[i] = 1.0 / static_cast<double>(i + 1);
  return weights;
}

/// Splitting one block among 10,000 miners to the satoshi; an item is a miner.
void apportion_block(benchmark::State& state) {
  const int repeat = rounds("pool/apportion");
  const std::vector<double> weights = zipf_weights();
  std::vector<Satoshi> parts;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) apportion(Satoshi(317'500'000), weights, parts);
  }
  benchmark::DoNotOptimize(parts.data());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMiners));
}
BENCHMARK(apportion_block)->Name("pool/apportion");

/// Exact share counts of 10,000 miners between two events; an item is a miner.
void flow_counts(benchmark::State& state) {
  const int repeat = rounds("pool/flow_counts");
  const auto source = make_flow_share_source(kMiners, {1, 0, 0});
  ShareRates rates;
  rates.shares_per_s.assign(kMiners, 0.1);
  rates.latency_s.assign(kMiners, 0.05);
  rates.difficulty = std::make_shared<const std::vector<double>>(kMiners, 1e6);
  source->set_rates(Time(), rates);
  Time now;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      now += Time::hours(1);
      source->new_tip(now - Time::seconds(600));
      benchmark::DoNotOptimize(source->take(now).counts.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMiners));
}
BENCHMARK(flow_counts)->Name("pool/flow_counts");

}  // namespace
}  // namespace aicmp::bench
