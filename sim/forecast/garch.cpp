#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/calibration/minimum.hpp"
#include "sim/forecast/forecaster.hpp"

namespace aicmp {
namespace {

double mean_square(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value * value;
  return std::max(sum / static_cast<double>(values.size()), 1e-300);
}

class Garch final : public PointForecaster {
 public:
  std::string name() const override { return "GARCH"; }

 private:
  static constexpr std::size_t kMemory = 250;  // changes that the present variance is made of

  void learn(std::span<const double> history) override {
    std::vector<double> changes;
    for (std::size_t t = 1; t < history.size(); ++t) changes.push_back(history[t] - history[t - 1]);
    fit_ = fit_garch(changes);
    long_run_ = fit_.w / (1.0 - fit_.a - fit_.b);
  }

  double point(std::span<const double> history, int) const override { return history.back(); }

  double spread(std::span<const double> history, int steps) const override {
    const std::span<const double> recent = history.last(std::min(kMemory + 1, history.size()));
    double variance = long_run_;
    for (std::size_t t = 1; t < recent.size(); ++t) {
      const double change = recent[t] - recent[t - 1];
      variance = fit_.w + fit_.a * change * change + fit_.b * variance;
    }
    double sum = 0.0;
    for (int step = 0; step < steps; ++step) {
      sum += variance;
      variance = fit_.w + (fit_.a + fit_.b) * variance;
    }
    return std::sqrt(std::max(sum, 1e-300));
  }

  GarchFit fit_;
  double long_run_ = 1.0;
};

}  // namespace

GarchFit fit_garch(std::span<const double> changes) {
  const double variance = mean_square(changes);
  // (log of w over the variance, logit of a + b, logit of the part of a in it)
  const auto unpack = [&](std::span<const double> x) {
    const double persistence = 0.999 / (1.0 + std::exp(-x[1]));
    const double a = persistence / (1.0 + std::exp(-x[2]));
    return GarchFit{variance * std::exp(x[0]), a, persistence - a};
  };
  const auto loss = [&](std::span<const double> x) {
    const GarchFit fit = unpack(x);
    double now = variance;
    double sum = 0.0;
    for (const double change : changes) {
      sum += std::log(now) + change * change / now;
      now = fit.w + fit.a * change * change + fit.b * now;
    }
    return std::isfinite(sum) ? sum : std::numeric_limits<double>::infinity();
  };
  return unpack(minimise(loss, {std::log(0.05), 3.0, -2.0}, 0.5, 300));
}

std::unique_ptr<Forecaster> garch() {
  return std::make_unique<Garch>();
}

}  // namespace aicmp
