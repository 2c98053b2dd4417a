#include "sim/experiment/watched_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"
#include "sim/forecast/lstm.hpp"

namespace aicmp {
namespace {

constexpr double kMissesExpected = 0.1;
constexpr double kMissesOfDrift = 0.5;

std::unique_ptr<Forecaster> make_forecaster(FeeForecaster kind) {
  switch (kind) {
    case FeeForecaster::kPersistence:
      return persistence();
    case FeeForecaster::kExponentialSmoothing:
      return exponential_smoothing();
    case FeeForecaster::kAutoregression:
      return autoregression();
    case FeeForecaster::kLstm:
      return lstm({});
  }
  return {};
}

}  // namespace

WatchedForecast::WatchedForecast(const FeedbackConfig& config) : config_(config) {}

void WatchedForecast::fit() {
  const std::vector<int> horizons = {1, static_cast<int>(config_.review_days)};
  const std::span<const double> regime = std::span(values_).subspan(regime_);
  forecaster_->fit(regime, horizons);
  learnt_ = regime.size();
  fitted_at_ = values_.size();
}

WatchedForecast::Event WatchedForecast::fit_anew(const std::string& reason) {
  const std::size_t before = learnt_;
  if (before == 0) forecaster_ = make_forecaster(config_.forecaster);
  fit();
  return {before, learnt_, reason};
}

std::optional<WatchedForecast::Event> WatchedForecast::add(double value) {
  if (tomorrow_) {
    error_ += std::abs(value - tomorrow_->mean);
    naive_error_ += std::abs(value - values_.back());
    const bool miss = value < tomorrow_->quantiles.front() || value > tomorrow_->quantiles.back();
    misses_.add_trials(miss ? 1.0 : 0.0, 1.0, kMissesExpected, kMissesOfDrift);
  }
  if (misses_.value() == 0.0) last_regular_ = values_.size() + 1;
  values_.push_back(value);

  std::optional<Event> event;
  const std::size_t needed =
      Forecaster::least_history(static_cast<std::size_t>(config_.review_days));
  if (misses_.value() >= config_.alarm_threshold()) {
    ++alarms_;
    regime_ = last_regular_;
    event = {learnt_, 0,
             fmt::format("too many misses in {} days: not used, and not fitted to a mix of regimes",
                         values_.size() - regime_)};
    learnt_ = 0;
    misses_.reset();
  } else if (values_.size() - regime_ >= needed) {
    if (learnt_ == 0) {
      event = fit_anew(fmt::format("{} days of {} are known", values_.size() - regime_,
                                   regime_ == 0 ? "history" : "the new regime"));
    } else if (static_cast<double>(values_.size() - fitted_at_) >= config_.retrain_days) {
      event = fit_anew("as scheduled");
    }
  }
  tomorrow_.reset();
  if (learnt_ > 0) tomorrow_ = forecaster_->forecast(values_, 0);
  return event;
}

double WatchedForecast::foretold() const {
  AICMP_ASSERT(!values_.empty());
  if (learnt_ > 0) return forecaster_->forecast(values_, 1).mean;
  return mean(std::span(values_).subspan(regime_));
}

}  // namespace aicmp
