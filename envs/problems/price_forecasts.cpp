#include "envs/problems/price_forecasts.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/forecast/lstm.hpp"

namespace aicmp {
namespace {

constexpr double kScale = 10.0;  // USD/MWh, below which a price counts by itself
constexpr int kDayHours = 24;
constexpr std::size_t kLeastLearnt = 1000;

std::unique_ptr<Forecaster> make_forecaster(ForecastSource source, double step_hours) {
  if (source == ForecastSource::kBaseline) return autoregression();
  if (step_hours != 1.0) {
    throw ConfigError({}, "forecast",
                      fmt::format("the rows of price_file are {:g} h apart", step_hours),
                      "an LSTM reads hourly prices");
  }
  LstmConfig config;
  config.period = kDayHours;
  config.epochs = 24;
  return lstm(config);
}

}  // namespace

PriceForecasts::PriceForecasts(ForecastSource source, std::span<const double> usd_per_mwh,
                               double step_hours, std::size_t learn)
    : by_row_(usd_per_mwh.size()) {
  std::array<int, kHours.size()> steps{};
  for (std::size_t h = 0; h < steps.size(); ++h) {
    steps[h] = std::max(1, static_cast<int>(std::lround(kHours[h] / step_hours)));
  }
  const std::size_t last = usd_per_mwh.size() - 1;
  if (source == ForecastSource::kOracle) {
    for (std::size_t row = 0; row <= last; ++row) {
      for (std::size_t h = 0; h < steps.size(); ++h) {
        const std::size_t then = std::min(last, row + static_cast<std::size_t>(steps[h]));
        by_row_[row][h] = usd_per_mwh[then];
      }
    }
    return;
  }
  if (learn < kLeastLearnt) {
    throw ConfigError({}, "forecast", fmt::format("{} rows to learn from", learn),
                      fmt::format(">= {} before held_out_from", kLeastLearnt));
  }
  const std::unique_ptr<Forecaster> forecaster = make_forecaster(source, step_hours);
  std::vector<double> scaled;
  for (const double price : usd_per_mwh) scaled.push_back(std::asinh(price / kScale));
  const std::span<const double> history(scaled);
  forecaster->fit(history.first(learn), steps);
  for (std::size_t row = 0; row <= last; ++row) {
    for (std::size_t h = 0; h < steps.size(); ++h) {
      by_row_[row][h] =
          row + 1 < Forecaster::kLeastHistory
              ? usd_per_mwh[row]
              : kScale * std::sinh(forecaster->forecast(history.first(row + 1), h).mean);
    }
  }
}

}  // namespace aicmp
