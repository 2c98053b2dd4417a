#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/random.hpp"

namespace aicmp {

/// A hyperparameter and what it may be.
struct TuningAxis {
  std::string key;   // as in an override: "ppo.learning_rate"
  double low = 0.0;  // a range, if there are no values
  double high = 0.0;
  bool logarithmic = false;
  std::vector<std::string> values;

  /// `key=value`, drawn uniformly, or log-uniformly.
  std::string draw(Rng& rng) const;
};

/// Reads `key=low:high`, `key=low:high:log` or `key=v1,v2,...`. Throws ConfigError.
TuningAxis parse_tuning_axis(std::string_view text);

/// A setting that was tried.
struct Trial {
  std::vector<std::string> overrides;
  std::int64_t round = 0;  // the last it took part in
  std::int64_t steps = 0;  // it was trained with in that round
  double score = 0.0;      // then
};

struct TuningPlan {
  std::vector<TuningAxis> axes;
  std::int64_t trials = 16;
  std::int64_t budget = 1'000'000;  // steps of training, of all trials together
  /// Successive halving (Jamieson and Talwalkar, arXiv:1502.07943): the better half goes on, with
  /// twice the steps, until one is left. Otherwise every trial has an equal part of the budget.
  bool halving = true;
  std::uint64_t seed = 1;
  const std::atomic<bool>* interrupt = nullptr;
  std::function<void(const Trial&)> on_trial;
};

/// Trains a scenario for some steps and scores what it has learned.
using TrainAndScore =
    std::function<double(const std::vector<std::string>& overrides, std::int64_t steps)>;

/// All trials, the best first: those of later rounds before those of earlier ones. Trials whose
/// learning diverges score minus infinity. Ends early when interrupted.
std::vector<Trial> tune(const TuningPlan& plan, const TrainAndScore& train_and_score);

}  // namespace aicmp
