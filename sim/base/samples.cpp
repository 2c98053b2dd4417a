#include "sim/base/samples.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {

double mean(std::span<const double> samples) {
  double sum = 0.0;
  for (const double sample : samples) sum += sample;
  return samples.empty() ? 0.0 : sum / static_cast<double>(samples.size());
}

double quantile(std::span<const double> ascending, double probability) {
  AICMP_ASSERT(!ascending.empty() && probability >= 0.0 && probability <= 1.0);
  const double position = probability * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return std::lerp(ascending[below], ascending[above], position - static_cast<double>(below));
}

double autocorrelation(std::span<const double> series, std::size_t lag) {
  const double centre = mean(series);
  double squares = 0.0;
  double products = 0.0;
  for (std::size_t t = 0; t < series.size(); ++t) {
    const double deviation = series[t] - centre;
    squares += deviation * deviation;
    if (t >= lag) products += deviation * (series[t - lag] - centre);
  }
  return squares > 0.0 ? products / squares : 0.0;
}

}  // namespace aicmp
