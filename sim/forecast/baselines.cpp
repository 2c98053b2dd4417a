#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"
#include "sim/forecast/forecaster.hpp"

namespace aicmp {
namespace {

class HistoricalMean final : public PointForecaster {
 public:
  std::string name() const override { return "historical mean"; }

 private:
  void learn(std::span<const double> history) override { mean_ = mean(history); }
  double point(std::span<const double>, int) const override { return mean_; }

  double mean_ = 0.0;
};

class Persistence final : public PointForecaster {
 public:
  std::string name() const override { return "persistence"; }

 private:
  void learn(std::span<const double>) override {}
  double point(std::span<const double> history, int) const override { return history.back(); }
};

class SeasonalNaive final : public PointForecaster {
 public:
  explicit SeasonalNaive(int period) : period_(period) { AICMP_ASSERT(period > 0); }
  std::string name() const override { return fmt::format("seasonal naive {}", period_); }

 private:
  void learn(std::span<const double>) override {}
  double point(std::span<const double> history, int steps) const override {
    const int back = (steps + period_ - 1) / period_ * period_ - steps;
    const auto size = static_cast<int>(history.size());
    return history[static_cast<std::size_t>(std::max(0, size - 1 - back))];
  }

  int period_;
};

class ExponentialSmoothing final : public PointForecaster {
 public:
  std::string name() const override { return "exponential smoothing"; }

 private:
  void learn(std::span<const double> history) override {
    double best = std::numeric_limits<double>::infinity();
    for (double weight = 0.02; weight <= 1.0; weight += 0.02) {
      double level = history.front();
      double squares = 0.0;
      for (std::size_t t = 1; t < history.size(); ++t) {
        squares += (history[t] - level) * (history[t] - level);
        level += weight * (history[t] - level);
      }
      if (squares >= best) continue;
      best = squares;
      weight_ = weight;
    }
    // Beyond it, weights are below a millionth.
    memory_ = weight_ < 1.0 ? static_cast<std::size_t>(-14.0 / std::log1p(-weight_)) + 2 : 1;
  }

  double point(std::span<const double> history, int) const override {
    const std::span<const double> recent = history.last(std::min(memory_, history.size()));
    double level = recent.front();
    for (const double value : recent) level += weight_ * (value - level);
    return level;
  }

  double weight_ = 1.0;
  std::size_t memory_ = 1;
};

class Autoregression final : public PointForecaster {
 public:
  std::string name() const override { return "autoregression"; }

 private:
  static constexpr std::size_t kMostLags = 7;

  void learn(std::span<const double> history) override {
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t order = 1; order <= kMostLags; ++order) {
      const auto rows = static_cast<Eigen::Index>(history.size() - kMostLags);
      const auto columns = static_cast<Eigen::Index>(order + 1);
      Eigen::MatrixXd design(rows, columns);
      Eigen::VectorXd response(rows);
      for (Eigen::Index row = 0; row < rows; ++row) {
        const std::size_t t = kMostLags + static_cast<std::size_t>(row);
        design(row, 0) = 1.0;
        for (std::size_t lag = 1; lag <= order; ++lag) {
          design(row, static_cast<Eigen::Index>(lag)) = history[t - lag];
        }
        response(row) = history[t];
      }
      const Eigen::VectorXd fitted =
          (design.transpose() * design).ldlt().solve(design.transpose() * response);
      const double squares = (response - design * fitted).squaredNorm();
      const auto count = static_cast<double>(rows);
      const double criterion =
          count * std::log(squares / count) + 2.0 * static_cast<double>(order + 1);
      if (!(criterion < best)) continue;
      best = criterion;
      coefficients_.assign(fitted.data(), fitted.data() + fitted.size());
    }
  }

  double point(std::span<const double> history, int steps) const override {
    const std::size_t order = coefficients_.size() - 1;
    std::vector<double> recent(history.end() - static_cast<std::ptrdiff_t>(order), history.end());
    for (int step = 0; step < steps; ++step) {
      double next = coefficients_[0];
      for (std::size_t lag = 1; lag <= order; ++lag) {
        next += coefficients_[lag] * recent[recent.size() - lag];
      }
      recent.push_back(next);
    }
    return recent.back();
  }

  std::vector<double> coefficients_{0.0, 1.0};  // constant, then by lag
};

}  // namespace

std::unique_ptr<Forecaster> historical_mean() {
  return std::make_unique<HistoricalMean>();
}
std::unique_ptr<Forecaster> persistence() {
  return std::make_unique<Persistence>();
}
std::unique_ptr<Forecaster> seasonal_naive(int period) {
  return std::make_unique<SeasonalNaive>(period);
}
std::unique_ptr<Forecaster> exponential_smoothing() {
  return std::make_unique<ExponentialSmoothing>();
}
std::unique_ptr<Forecaster> autoregression() {
  return std::make_unique<Autoregression>();
}

}  // namespace aicmp
