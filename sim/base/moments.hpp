#pragma once

#include <cstdint>

namespace aicmp {

/// Running mean and variance (Welford), mergeable (Chan et al.); all in the unit of the samples.
class Moments {
 public:
  void add(double sample);
  void merge(const Moments& other);

  std::int64_t count() const { return count_; }
  double mean() const { return mean_; }
  /// Unbiased sample variance; 0 below two samples.
  double variance() const;
  double standard_deviation() const;
  /// Standard error of the mean.
  double standard_error() const;

 private:
  std::int64_t count_ = 0;
  double mean_ = 0.0;
  double squares_ = 0.0;
};

}  // namespace aicmp
