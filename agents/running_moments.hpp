#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agents/archive.hpp"

namespace aicmp {

/// Means and variances of the columns of a growing table (Chan, Golub and LeVeque, 1979).
class RunningMoments {
 public:
  explicit RunningMoments(std::size_t columns) : mean_(columns), square_(columns) {}

  /// Adds `rows` rows of all columns.
  void add(const float* table, std::size_t rows);
  /// Lets all rows so far count for the part `keep` of what they did.
  void fade(double keep);

  double count() const { return count_; }
  double mean(std::size_t column) const { return mean_[column]; }
  /// Of the population; 1 as long as there are no rows.
  double variance(std::size_t column) const {
    return count_ > 0.0 ? square_[column] / count_ : 1.0;
  }
  std::size_t columns() const { return mean_.size(); }

  void save(Archive& archive, const std::string& name) const;
  void load(const Archive& archive, const std::string& name);

 private:
  double count_ = 0.0;
  std::vector<double> mean_;
  std::vector<double> square_;  // sum of squared deviations
};

/// What the deviation of an observation is divided by, squared: without end where the column never
/// varied, for what no lesson has shown must not count when it is met.
double observation_variance(const RunningMoments& moments, std::size_t column);

/// Observations as a net sees them: (x - mean) / sqrt(variance + 1e-8), within [-kClip, kClip].
class ObservationScale {
 public:
  static constexpr double kClip = 10.0;

  /// Leaves every observation as it is.
  explicit ObservationScale(std::size_t columns) : shift_(columns, 0.0f), factor_(columns, 1.0f) {}

  void set(const RunningMoments& moments);
  /// `out` may be `in`.
  void apply(const float* in, std::size_t rows, float* out) const;

 private:
  std::vector<float> shift_;
  std::vector<float> factor_;
};

}  // namespace aicmp
