#include <vector>

#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "sim/base/distributions.hpp"
#include "sim/policy/inference.hpp"

namespace aicmp::bench {
namespace {

constexpr std::size_t kFeatures = 32;
constexpr std::size_t kDecided = 10'000;

/// 32 features, two layers of 64, 8 choices, random weights.
PolicyModel net() {
  Rng rng(WorldKey{}, StreamId::kTest);
  const auto normals = [&](std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(0.2 * normal(rng));
    return values;
  };
  PolicyModel model;
  model.problem = "benchmark";
  for (std::size_t i = 0; i < kFeatures; ++i) {
    model.features.push_back({std::to_string(i), "", -5.0, 5.0, 0.1, 1.5});
  }
  model.sets = {{"choice", {"a", "b", "c", "d", "e", "f", "g", "h"}}};
  std::size_t inputs = kFeatures;
  for (const std::size_t units : {std::size_t{64}, std::size_t{64}, model.outputs()}) {
    const LayerKind kind = units == 64 ? LayerKind::kTanh : LayerKind::kLinear;
    model.layers.push_back({kind, inputs, units, normals(units * inputs), {}, normals(units)});
    inputs = units;
  }
  return model;
}

/// Decisions for `rows` miners at a time; an item is a miner.
void decide(benchmark::State& state, const char* name, std::size_t rows) {
  const int repeat = rounds(name);
  const PolicyInference inference(net());
  PolicyInference::Workspace space;
  const std::vector<float> observation(rows * kFeatures, 0.5f);
  std::vector<float> outputs(rows * inference.outputs());
  std::vector<std::int64_t> choices(rows);
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      inference.run(rows, observation.data(), nullptr, outputs.data(), space);
      inference.decide(rows, outputs.data(), nullptr, {choices.data(), nullptr});
      benchmark::DoNotOptimize(choices.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

void decide_one(benchmark::State& state) {
  decide(state, "policy/one", 1);
}
BENCHMARK(decide_one)->Name("policy/one");

void decide_10000(benchmark::State& state) {
  decide(state, "policy/10000", kDecided);
}
BENCHMARK(decide_10000)->Name("policy/10000");

}  // namespace
}  // namespace aicmp::bench
