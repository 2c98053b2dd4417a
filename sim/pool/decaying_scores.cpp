#include "sim/pool/decaying_scores.hpp"

#include <cmath>
#include <numeric>

namespace aicmp {

bool DecayingScores::fade(double factor) {
  constexpr double kLargestScale = 1e100;
  scale_ *= factor;
  if (scale_ < kLargestScale) return false;
  const double shrink = 1.0 / scale_;
  for (double& value : values_) value *= shrink;
  for (double& value : closed_) value *= shrink;
  scale_ = 1.0;
  return true;
}

double DecayingScores::sum() const {
  return std::accumulate(values_.begin(), values_.end(), 0.0) / scale_;
}

void DecayingScores::close_round(double keep) {
  closed_.resize(values_.size());
  for (std::size_t i = 0; i < values_.size(); ++i) {
    closed_[i] = (1.0 - keep) * values_[i];
    values_[i] *= keep;
  }
}

void DecayingScores::reopen_round() {
  for (std::size_t i = 0; i < closed_.size(); ++i) values_[i] += closed_[i];
  closed_.clear();
}

double mean_fading(double span, double constant) {
  const double x = span / constant;
  return x > 0.0 ? -std::expm1(-x) / x : 1.0;
}

}  // namespace aicmp
