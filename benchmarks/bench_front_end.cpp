#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "sim/pool/share_source.hpp"
#include "sim/pool/vardiff/grid.hpp"

namespace aicmp::bench {
namespace {

/// 1,000 machines under ckpool's rule with latency and jitter, 20 minutes; an item is a share.
void front_end(benchmark::State& state) {
  constexpr std::size_t kMachines = 1000;
  const int repeat = rounds("pool/front_end");
  VardiffConfig rule;
  FrontEndConfig config;
  config.latency_jitter = 0.3;
  ShareRates rates;
  rates.work_per_s.assign(kMachines, 46'566.0);
  rates.latency_s.assign(kMachines, 0.1);
  rates.network_difficulty = 1e14;
  rates.difficulty = std::make_shared<const std::vector<double>>(kMachines, 155'220.0);
  rates.shares_per_s.assign(kMachines, 0.3);
  const auto source =
      make_front_end_source(kMachines, config, {make_vardiff_rule(rule), 155'220.0}, {1, 0, 0});
  source->set_rates(Time(), rates);
  Time now;
  std::int64_t shares = 0;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      const Time until = now + Time::seconds(1200.0);
      while (now < until) {
        const WorkBatch batch = source->take(until);
        shares += static_cast<std::int64_t>(batch.shares.size());
        now = batch.end;
      }
      source->new_tip(now);
    }
  }
  state.SetItemsProcessed(shares / repeat);
}
BENCHMARK(front_end)->Name("pool/front_end")->Unit(benchmark::kMillisecond);

/// Trials of the Stratum V2 metric grid under its own rule; an item is a trial of half an hour.
void vardiff_grid(benchmark::State& state) {
  const int repeat = rounds("pool/vardiff_grid");
  GridConfig config;
  config.rule.kind = VardiffKind::kSv2Classic;
  config.trials = 20;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) benchmark::DoNotOptimize(run_grid(config).data());
  }
  state.SetItemsProcessed(state.iterations() * 50 * config.trials);
}
BENCHMARK(vardiff_grid)->Name("pool/vardiff_grid")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace aicmp::bench
