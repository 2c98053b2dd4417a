#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/experiment/feedback_config.hpp"
#include "sim/forecast/forecaster.hpp"
#include "sim/pool/monitor/cusum.hpp"

namespace aicmp {

/// A forecaster of a daily series in use: it is fitted to what has come, tried every day, fitted
/// again on a schedule, and dropped when it no longer holds.
///
/// The test: while a forecaster is right, one day in ten falls outside its 5 to 95 % interval,
/// whatever the distribution. A CUSUM of these misses looks for one in two. If every day is a miss
/// it alarms after ceil(log(days between false alarms) / log 5) days.
///
/// After an alarm the mean of what came since the change stands in, and the forecaster is not
/// fitted to a mix of two regimes: it waits for kLeastHistory days of the new one.
class WatchedForecast {
 public:
  explicit WatchedForecast(const FeedbackConfig& config);

  /// How many values the forecaster has learnt from has changed.
  struct Event {
    std::size_t before = 0;
    std::size_t after = 0;  // 0: it is not used
    std::string reason;
  };
  /// The value of a day.
  std::optional<Event> add(double value);

  /// What is foretold for `review_days` after the last value; needs one value.
  double foretold() const;

  std::size_t alarms() const { return alarms_; }
  /// 1 - mean absolute error of a day / that of persistence, while the forecaster was used.
  double skill() const { return 1.0 - error_ / naive_error_; }

 private:
  void fit();
  Event fit_anew(const std::string& reason);

  FeedbackConfig config_;
  std::unique_ptr<Forecaster> forecaster_;
  std::vector<double> values_;
  std::size_t regime_ = 0;        // the first value of it
  std::size_t last_regular_ = 0;  // values up to the last at which the test saw nothing
  std::size_t learnt_ = 0;        // values at the last fit; 0: not in use
  std::size_t fitted_at_ = 0;
  std::optional<Forecast> tomorrow_;
  Cusum misses_;
  std::size_t alarms_ = 0;
  double error_ = 0.0;
  double naive_error_ = 0.0;
};

}  // namespace aicmp
