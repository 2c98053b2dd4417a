#include "sim/forecast/forecaster.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"

namespace aicmp {

void PointForecaster::fit(std::span<const double> history, std::span<const int> horizons) {
  AICMP_ASSERT(history.size() >= kLeastHistory && !horizons.empty());
  horizons_.assign(horizons.begin(), horizons.end());
  error_quantiles_.clear();
  learn(history);
  for (const int steps : horizons) {
    const std::size_t last = history.size() - static_cast<std::size_t>(steps);
    AICMP_ASSERT(last > kLeastHistory / 2);
    const std::size_t first = std::min(kLeastHistory, last / 2);
    const std::size_t stride = 1 + (last - first) / kMostErrors;
    std::vector<double> errors;
    for (std::size_t end = last; end > first; end -= std::min(stride, end - first)) {
      const std::span<const double> known = history.first(end);
      const double truth = history[end - 1 + static_cast<std::size_t>(steps)];
      errors.push_back((truth - point(known, steps)) / spread(known, steps));
    }
    std::sort(errors.begin(), errors.end());
    auto& quantiles = error_quantiles_.emplace_back();
    for (std::size_t q = 0; q < kLevels.size(); ++q) quantiles[q] = quantile(errors, kLevels[q]);
  }
}

Forecast PointForecaster::forecast(std::span<const double> history, std::size_t horizon) const {
  Forecast result;
  result.mean = point(history, horizons_[horizon]);
  const double width = spread(history, horizons_[horizon]);
  for (std::size_t q = 0; q < kLevels.size(); ++q) {
    result.quantiles[q] = result.mean + width * error_quantiles_[horizon][q];
  }
  return result;
}

double PointForecaster::spread(std::span<const double>, int) const {
  return 1.0;
}

}  // namespace aicmp
