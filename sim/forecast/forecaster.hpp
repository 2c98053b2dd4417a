#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace aicmp {

/// Probabilities of the quantiles that every forecast has.
inline constexpr std::array<double, 5> kLevels{0.05, 0.25, 0.5, 0.75, 0.95};

struct Forecast {
  double mean = 0.0;
  std::array<double, kLevels.size()> quantiles{};  // of kLevels, not falling
};

/// Foretells a series with equal steps. It sees what is handed to it, which ends at the present:
/// there is no other way for the future to get in. All values are known and finite.
class Forecaster {
 public:
  virtual ~Forecaster() = default;

  virtual std::string name() const = 0;
  /// Learns from `history`, at least least_history() of the longest horizon.
  virtual void fit(std::span<const double> history, std::span<const int> horizons) = 0;
  /// The value `horizons[horizon]` >= 1 steps after the last of `history`, which is at least
  /// kLeastHistory long and may go on where that of fit() ended.
  virtual Forecast forecast(std::span<const double> history, std::size_t horizon) const = 0;

  static constexpr std::size_t kLeastHistory = 60;
  /// Twice the horizon, in steps, and enough beyond it to learn from.
  static constexpr std::size_t least_history(std::size_t horizon) {
    return std::max({kLeastHistory, 2 * horizon, horizon + 2 * kLeastHistory / 3});
  }
};

/// A forecaster that foretells a point; its quantiles lie around it as its errors did over the
/// history it was fitted to.
class PointForecaster : public Forecaster {
 public:
  void fit(std::span<const double> history, std::span<const int> horizons) final;
  Forecast forecast(std::span<const double> history, std::size_t horizon) const final;

 protected:
  virtual void learn(std::span<const double> history) = 0;
  virtual double point(std::span<const double> history, int steps) const = 0;
  /// How wide errors will be, relative to those of other times.
  virtual double spread(std::span<const double> history, int steps) const;

 private:
  static constexpr std::size_t kMostErrors = 1500;  // taken evenly from the history

  std::vector<int> horizons_;
  std::vector<std::array<double, kLevels.size()>> error_quantiles_;
};

/// The mean of what it was fitted to.
std::unique_ptr<Forecaster> historical_mean();
/// The last value.
std::unique_ptr<Forecaster> persistence();
/// The value a whole number of periods before, the least that is known. `period` > 0, in steps, at
/// most kLeastHistory; longer ones need as much history.
std::unique_ptr<Forecaster> seasonal_naive(int period);
/// An exponential average, whose memory is chosen by the least squares of one step.
std::unique_ptr<Forecaster> exponential_smoothing();
/// An autoregression of the order, up to 7, that Akaike's criterion chooses, by least squares.
std::unique_ptr<Forecaster> autoregression();
/// The last value, with quantiles as wide as GARCH(1,1) foretells for the changes (Bollerslev
/// 1986): maximum likelihood under normal innovations, the mean change not counted.
std::unique_ptr<Forecaster> garch();

/// Variance of the next change by GARCH(1,1), s' = w + a e^2 + b s.
struct GarchFit {
  double w = 0.0;
  double a = 0.0;
  double b = 0.0;
};
GarchFit fit_garch(std::span<const double> changes);

}  // namespace aicmp
