#include "cli/forecast_folder.hpp"

namespace aicmp {

void write_forecasts(RunFolder& folder, const std::vector<Comparison>& comparisons) {
  folder.create("forecast.json").write(evaluation_json(comparisons));
  CsvWriter table(folder.create("forecasts.csv"), {"target", "horizon", "number", "truth", "mean",
                                                   "q05", "q25", "q50", "q75", "q95"});
  for (const Comparison& comparison : comparisons) {
    std::size_t number = comparison.rows[comparison.chosen].scores.count - comparison.recent.size();
    for (const Outcome& outcome : comparison.recent) {
      const auto& q = outcome.forecast.quantiles;
      table.row(comparison.target, comparison.horizon, ++number, outcome.truth,
                outcome.forecast.mean, q[0], q[1], q[2], q[3], q[4]);
    }
  }
}

}  // namespace aicmp
