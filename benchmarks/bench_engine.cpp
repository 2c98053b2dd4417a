#include <string>

#include <benchmark/benchmark.h>

#include "benchmarks/hold.hpp"
#include "benchmarks/slow_down.hpp"
#include "sim/base/distributions.hpp"
#include "sim/engine/superposition.hpp"

namespace aicmp::bench {
namespace {

/// The hold model on the calendar: one pop and one push an item.
void calendar_hold(benchmark::State& state) {
  const std::string figure = "engine/calendar/" + std::to_string(state.range(0));
  const int repeat = rounds(figure.c_str());
  static Increments increments;
  Calendar<NoPayload> calendar;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    calendar.push(increments.next(), 0, static_cast<std::uint32_t>(i));
  }
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      const HoldEvent event = calendar.pop();
      calendar.push(event.time + increments.next(), 0, event.source);
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(calendar_hold)->Name("engine/calendar")->Arg(100)->Arg(10'000)->Arg(1'000'000);

/// Share events of many miners, random numbers included: one arrival with its source an item.
void superposition(benchmark::State& state) {
  const std::string figure = "engine/superposition/" + std::to_string(state.range(0));
  const int repeat = rounds(figure.c_str());
  std::vector<double> rates(static_cast<std::size_t>(state.range(0)));
  Rng rng({1, 0, 0}, StreamId::kTest);
  for (double& rate : rates) rate = exponential(rng) / static_cast<double>(rates.size());
  FixedSuperposition shares({1, 0, 0}, StreamId::kShares, rates);
  std::int64_t events = 0;
  std::uint64_t sources = 0;
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      const std::span<const Arrival> batch = shares.next_batch(Time::days(36500));
      for (const Arrival& arrival : batch) sources += arrival.source;
      if (k == 0) events += static_cast<std::int64_t>(batch.size());
    }
  }
  benchmark::DoNotOptimize(sources);
  state.SetItemsProcessed(events);
}
BENCHMARK(superposition)->Name("engine/superposition")->Arg(100)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace aicmp::bench
