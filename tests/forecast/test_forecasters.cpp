#include <cmath>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/forecast/forecaster.hpp"
#include "sim/forecast/walk_forward.hpp"

using namespace aicmp;

namespace {

std::vector<std::unique_ptr<Forecaster>> all_forecasters() {
  std::vector<std::unique_ptr<Forecaster>> all;
  all.push_back(persistence());
  all.push_back(seasonal_naive(24));
  all.push_back(exponential_smoothing());
  all.push_back(autoregression());
  all.push_back(garch());
  return all;
}

/// An AR(1) around 1, with the variance of its innovations.
std::vector<double> ar1(std::size_t size, double phi, double sd, std::uint64_t seed) {
  Rng rng({seed, 0, 0}, StreamId::kTest);
  std::vector<double> series;
  double x = 0.0;
  for (std::size_t t = 0; t < size; ++t) {
    x = phi * x + sd * normal(rng);
    series.push_back(1.0 + x);
  }
  return series;
}

}  // namespace

TEST_CASE("no forecast changes when the future does") {
  const std::vector<double> series = ar1(300, 0.8, 1.0, 1);
  std::vector<double> other = series;
  constexpr std::size_t kPresent = 220;
  for (std::size_t t = kPresent; t < other.size(); ++t) other[t] = 1e6 - 3.0 * other[t];
  const WalkForward plan{.first = 150, .refit_every = 10, .horizons = {1, 5}};
  for (const auto& forecaster : all_forecasters()) {
    CAPTURE(forecaster->name());
    const auto known = walk_forward(series, plan, *forecaster);
    const auto changed = walk_forward(other, plan, *forecaster);
    for (std::size_t h = 0; h < plan.horizons.size(); ++h) {
      // The forecasts made up to the present, most of whose truths differ.
      for (std::size_t i = 0; i <= kPresent - plan.first; ++i) {
        REQUIRE(known[h][i].forecast.mean == changed[h][i].forecast.mean);
        REQUIRE(known[h][i].forecast.quantiles == changed[h][i].forecast.quantiles);
      }
      CHECK(known[h].back().forecast.mean != changed[h].back().forecast.mean);
    }
  }
}

TEST_CASE("an autoregression finds the law it is drawn from") {
  constexpr double kPhi = 0.7;
  const std::vector<double> series = ar1(6000, kPhi, 1.0, 2);
  const auto forecaster = autoregression();
  const std::vector<int> horizons{1, 3};
  forecaster->fit(std::span(series).first(3000), horizons);
  double errors[2] = {0.0, 0.0};
  std::size_t covered = 0;
  constexpr std::size_t kTrials = 2900;
  for (std::size_t i = 0; i < kTrials; ++i) {
    const auto history = std::span(series).first(3000 + i);
    for (std::size_t h = 0; h < 2; ++h) {
      const Forecast forecast = forecaster->forecast(history, h);
      const double truth = series[history.size() - 1 + static_cast<std::size_t>(horizons[h])];
      errors[h] += (truth - forecast.mean) * (truth - forecast.mean) / kTrials;
      if (h == 0 && truth >= forecast.quantiles.front() && truth <= forecast.quantiles.back()) {
        ++covered;
      }
    }
  }
  // Exact: 1 and 1 + phi^2 + phi^4; the standard error of a mean square is sqrt(2 / n) of it, more
  // for overlapping horizons.
  CHECK(errors[0] == doctest::Approx(1.0).epsilon(0.11));
  CHECK(errors[1] == doctest::Approx(1.0 + 0.49 + 0.2401).epsilon(0.2));
  CHECK(static_cast<double>(covered) / kTrials == doctest::Approx(0.9).epsilon(0.03));
}

TEST_CASE("a seasonal naive forecast repeats what was a whole number of periods before") {
  std::vector<double> series;
  for (int t = 0; t < 240; ++t) series.push_back(t % 24);
  const auto forecaster = seasonal_naive(24);
  forecaster->fit(series, std::vector<int>{1, 24, 30});
  CHECK(forecaster->forecast(series, 0).mean == 0.0);   // t = 240
  CHECK(forecaster->forecast(series, 1).mean == 23.0);  // t = 263
  CHECK(forecaster->forecast(series, 2).mean == 5.0);   // t = 269
}

TEST_CASE("exponential smoothing of a random walk is its last value") {
  std::vector<double> walk{0.0};
  Rng rng({3, 0, 0}, StreamId::kTest);
  for (int t = 1; t < 3000; ++t) walk.push_back(walk.back() + normal(rng));
  const auto forecaster = exponential_smoothing();
  forecaster->fit(walk, std::vector<int>{1});
  CHECK(std::abs(forecaster->forecast(walk, 0).mean - walk.back()) < 0.3);
}

TEST_CASE("GARCH is found by maximum likelihood") {
  constexpr double kW = 0.05;
  constexpr double kA = 0.1;
  constexpr double kB = 0.85;
  Rng rng({4, 0, 0}, StreamId::kTest);
  std::vector<double> changes;
  double variance = 1.0;
  for (int t = 0; t < 20'000; ++t) {
    changes.push_back(std::sqrt(variance) * normal(rng));
    variance = kW + kA * changes.back() * changes.back() + kB * variance;
  }
  const GarchFit fit = fit_garch(changes);
  // Standard errors at this length are about .006, .006 and .011 (expected information).
  CHECK(std::abs(fit.w - kW) < 0.025);
  CHECK(std::abs(fit.a - kA) < 0.025);
  CHECK(std::abs(fit.b - kB) < 0.045);
}
