#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "envs/rollout.hpp"

namespace aicmp::bench {
namespace {

/// Steps of 1,024 environments under actions that a rule chose once: an item is a step of one. With
/// two threads the time is that of the calling one, its waiting included: half, if the work scales.
void steps(benchmark::State& state, const char* name, const char* id, int threads) {
  const int repeat = rounds(name);
  constexpr std::size_t kSize = 1024;
  const auto env =
      make_environment(id, {.size = kSize, .threads = threads, .autoreset = Autoreset::kSameStep});
  Memory memory(*env);
  for (std::size_t i = 0; i < kSize; ++i) env->seed(i, i);
  env->reset_into({}, memory.buffers());
  env->act(0, env->spec().policies[0].defaults, memory.choices.data(), memory.numbers.data());
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) env->step_into(memory.actions(), memory.buffers());
    benchmark::DoNotOptimize(memory.reward.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSize));
}

#define AICMP_BENCH_STEPS(name, id)                                     \
  BENCHMARK_CAPTURE(steps, name, "envs/" #name, id, 1)                  \
      ->Name("envs/" #name)                                             \
      ->Unit(benchmark::kMicrosecond);                                  \
  BENCHMARK_CAPTURE(steps, name##_2, "envs/" #name "/2_threads", id, 2) \
      ->Name("envs/" #name                                              \
             "/2_threads")                                \ ->Unit(benchmark::kMicrosecond);
AICMP_BENCH_STEPS(share_difficulty, "AICMP/ShareDifficulty-v0")
AICMP_BENCH_STEPS(curtailment, "AICMP/Curtailment-v0")
AICMP_BENCH_STEPS(reserve, "AICMP/Reserve-v0")
AICMP_BENCH_STEPS(pool_terms, "AICMP/PoolTerms-v0")
AICMP_BENCH_STEPS(pool, "AICMP/Pool-v0")

}  // namespace
}  // namespace aicmp::bench
