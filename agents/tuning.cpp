#include "agents/tuning.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "agents/learner.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t end = std::min(text.find(separator, first), text.size());
    parts.emplace_back(text.substr(first, end - first));
    first = end + 1;
  }
  return parts;
}

double bound(std::string_view text, const std::string& word) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) {
    throw ConfigError({}, std::string(text), fmt::format("'{}' is no number", word));
  }
  return value;
}

bool better(const Trial& a, const Trial& b) {
  return a.round != b.round ? a.round > b.round : a.score > b.score;
}

}  // namespace

std::string TuningAxis::draw(Rng& rng) const {
  const double part = uniform(rng);
  if (!values.empty()) {
    return key + "=" + values[static_cast<std::size_t>(part * static_cast<double>(values.size()))];
  }
  const double value = logarithmic ? low * std::pow(high / low, part) : low + part * (high - low);
  return fmt::format("{}={:.6g}", key, value);
}

TuningAxis parse_tuning_axis(std::string_view text) {
  constexpr char kForms[] = "key=low:high, key=low:high:log or key=v1,v2,...";
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw ConfigError({}, std::string(text), "there is no key", kForms);
  }
  TuningAxis axis;
  axis.key = text.substr(0, equals);
  const std::string_view values = text.substr(equals + 1);
  const std::vector<std::string> range = split(values, ':');
  if (range.size() == 1) {
    axis.values = split(values, ',');
    for (const std::string& value : axis.values) {
      if (value.empty()) throw ConfigError({}, std::string(text), "a value is empty", kForms);
    }
    return axis;
  }
  axis.logarithmic = range.size() == 3 && range[2] == "log";
  if (range.size() > 3 || (range.size() == 3 && !axis.logarithmic)) {
    throw ConfigError({}, std::string(text), "this is no range", kForms);
  }
  axis.low = bound(text, range[0]);
  axis.high = bound(text, range[1]);
  if (!(axis.low < axis.high) || (axis.logarithmic && axis.low <= 0.0)) {
    throw ConfigError({}, std::string(text), "the range is empty",
                      axis.logarithmic ? "0 < low < high" : "low < high");
  }
  return axis;
}

std::vector<Trial> tune(const TuningPlan& plan, const TrainAndScore& train_and_score) {
  Rng rng({plan.seed, 0, 0}, StreamId::kPolicy, 17);
  std::vector<Trial> trials(static_cast<std::size_t>(plan.trials));
  for (Trial& trial : trials) {
    for (const TuningAxis& axis : plan.axes) trial.overrides.push_back(axis.draw(rng));
  }
  std::int64_t rounds = 1;
  if (plan.halving) {
    for (std::size_t left = trials.size(); left > 1; left = (left + 1) / 2) ++rounds;
  }
  std::size_t left = trials.size();
  for (std::int64_t round = 1; round <= rounds; ++round) {
    const auto share = static_cast<std::int64_t>(left) * rounds;
    for (std::size_t i = 0; i < left; ++i) {
      if (plan.interrupt->load(std::memory_order_relaxed)) return trials;
      Trial& trial = trials[i];
      trial.round = round;
      trial.steps = std::max<std::int64_t>(1, plan.budget / share);
      try {
        trial.score = train_and_score(trial.overrides, trial.steps);
      } catch (const Diverged&) {
        trial.score = -std::numeric_limits<double>::infinity();
      }
      plan.on_trial(trial);
    }
    std::stable_sort(trials.begin(), trials.end(), better);
    left = (left + 1) / 2;
  }
  return trials;
}

}  // namespace aicmp
