#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "benchmarks/slow_down.hpp"
#include "sim/base/distributions.hpp"
#include "sim/forecast/difficulty_lstm.hpp"
#include "sim/forecast/lstm.hpp"

namespace aicmp::bench {
namespace {

constexpr std::array<int, 3> kHorizons{1, 6, 24};

/// All that a step can ask for: price and fees by the day, mempool and energy by the hour, three
/// horizons each, and the next difficulty, every one by its LSTM. An item is a step.
void forecasts_of_a_step(benchmark::State& state) {
  const int repeat = rounds("forecast/step");
  Rng rng(WorldKey{}, StreamId::kTest);
  std::vector<double> history{0.0};
  for (int t = 1; t < 400; ++t) history.push_back(history.back() + normal(rng));
  std::vector<std::unique_ptr<LstmForecaster>> forecasters;
  for (const int period : {0, 0, 24, 24}) {
    forecasters.push_back(lstm({.period = period, .epochs = 1}));
    forecasters.back()->fit(history, kHorizons);
  }
  const DifficultyLstm difficulty(1);
  const EpochCase epoch = draw_epochs(1, 0.03, 2).front();
  for (auto _ : state) {
    for (int k = 0; k < repeat; ++k) {
      for (const auto& forecaster : forecasters) {
        for (std::size_t h = 0; h < kHorizons.size(); ++h) {
          benchmark::DoNotOptimize(forecaster->forecast(history, h));
        }
      }
      benchmark::DoNotOptimize(difficulty.forecast(epoch, 1944));
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(forecasts_of_a_step)->Name("forecast/step");

}  // namespace
}  // namespace aicmp::bench
