// The yardsticks: every other figure is taken relative to one of these, measured in the same
// process, so that a slower or busier machine cancels.

#include <cmath>
#include <queue>

#include <benchmark/benchmark.h>

#include "benchmarks/hold.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp::bench {

Increments::Increments() {
  Rng rng({1, 0, 0}, StreamId::kTest);
  for (Time& t : table_) t = Time::seconds(exponential(rng));
}

namespace {

using Later = decltype([](const HoldEvent& a, const HoldEvent& b) { return precedes(b, a); });

/// std::priority_queue of the same events in the same order; `next` gives the increments.
template <typename Next>
void hold(benchmark::State& state, Next next) {
  std::priority_queue<HoldEvent, std::vector<HoldEvent>, Later> queue;
  std::uint64_t sequence = 0;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    queue.push({next(), 0, static_cast<std::uint32_t>(i), sequence++, {}});
  }
  for (auto _ : state) {
    HoldEvent event = queue.top();
    queue.pop();
    event.time += next();
    event.sequence = sequence++;
    queue.push(event);
  }
  state.SetItemsProcessed(state.iterations());
}

/// The queue alone: increments drawn beforehand, as for the calendar.
void queue_alone(benchmark::State& state) {
  static Increments increments;
  hold(state, [] { return increments.next(); });
}
BENCHMARK(queue_alone)->Name("calibration/priority_queue")->Arg(100)->Arg(10'000)->Arg(1'000'000);

/// Share events the plain way: one pending event a miner, random numbers included.
void share_loop(benchmark::State& state) {
  Rng rng({1, 0, 0}, StreamId::kTest);
  hold(state, [&] { return Time::seconds(exponential(rng)); });
}
BENCHMARK(share_loop)->Name("calibration/share_loop")->Arg(10'000)->Arg(1'000'000);

void philox_log(benchmark::State& state) {
  Rng rng({1, 0, 0}, StreamId::kTest);
  double sum = 0.0;
  for (auto _ : state) benchmark::DoNotOptimize(sum += std::log(uniform(rng) + 0x1p-54));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(philox_log)->Name("calibration/philox_log");

}  // namespace
}  // namespace aicmp::bench
