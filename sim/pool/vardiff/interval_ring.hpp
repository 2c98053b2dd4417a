#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace aicmp {

/// The latest intervals between shares, at most `Capacity` of them. Trivially copyable.
template <std::size_t Capacity>
class IntervalRing {
 public:
  void push(double seconds) {
    sum_ += seconds - seconds_[next_];
    seconds_[next_] = seconds;
    next_ = (next_ + 1) % Capacity;
    if (count_ < Capacity) ++count_;
  }
  void clear() { *this = {}; }

  std::uint32_t count() const { return count_; }
  double sum() const { return sum_; }

 private:
  std::array<double, Capacity> seconds_{};
  double sum_ = 0.0;
  std::uint32_t count_ = 0;
  std::uint32_t next_ = 0;
};

}  // namespace aicmp
