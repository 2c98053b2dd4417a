#include "sim/base/statistics.hpp"

#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

namespace aicmp {

void Moments::add(double sample) {
  ++count_;
  const double delta = sample - mean_;
  mean_ += delta / static_cast<double>(count_);
  squares_ += delta * (sample - mean_);
}

void Moments::merge(const Moments& other) {
  if (other.count_ == 0) return;
  const auto total = static_cast<double>(count_ + other.count_);
  const double delta = other.mean_ - mean_;
  squares_ += other.squares_ + delta * delta * static_cast<double>(count_) *
                                   static_cast<double>(other.count_) / total;
  mean_ += delta * static_cast<double>(other.count_) / total;
  count_ += other.count_;
}

double Moments::variance() const {
  return count_ < 2 ? 0.0 : squares_ / static_cast<double>(count_ - 1);
}

double Moments::standard_deviation() const {
  return std::sqrt(variance());
}

double Moments::standard_error() const {
  return count_ < 1 ? 0.0 : std::sqrt(variance() / static_cast<double>(count_));
}

Interval t_interval(const Moments& moments, double level) {
  const double mean = moments.mean();
  if (moments.count() < 2) {
    return {mean, -std::numeric_limits<double>::infinity(),
            std::numeric_limits<double>::infinity()};
  }
  const boost::math::students_t t(static_cast<double>(moments.count() - 1));
  const double half = boost::math::quantile(t, 0.5 + level / 2) * moments.standard_error();
  return {mean, mean - half, mean + half};
}

}  // namespace aicmp
