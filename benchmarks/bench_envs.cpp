#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "envs/rollout.hpp"

namespace aicmp::bench {
namespace {

/// Steps of 1,024 environments under actions that a rule chose once: an item is a step of one. With
/// two threads the time is that of the calling one, its waiting included: half, if the work scales.
void steps(benchmark::State& state, const std::string& name, const std::string& id, int threads) {
  const int repeat = rounds(name.c_str());
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

const bool kRegistered = [] {
  for (const auto& [name, id] :
       {std::pair("share_difficulty", "AICMP/ShareDifficulty-v0"),
        std::pair("curtailment", "AICMP/Curtailment-v0"), std::pair("reserve", "AICMP/Reserve-v0"),
        std::pair("pool_terms", "AICMP/PoolTerms-v0"), std::pair("pool", "AICMP/Pool-v0")}) {
    for (const int threads : {1, 2}) {
      const std::string figure = std::string("envs/") + name + (threads == 1 ? "" : "/two_threads");
      benchmark::RegisterBenchmark(figure.c_str(), steps, figure, std::string(id), threads)
          ->Unit(benchmark::kMicrosecond);
    }
  }
  return true;
}();

}  // namespace
}  // namespace aicmp::bench
