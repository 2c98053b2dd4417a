#include "sim/base/moments.hpp"

#include <cmath>

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

}  // namespace aicmp
