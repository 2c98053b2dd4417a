#pragma once

#include <algorithm>

#include "sim/base/units.hpp"

namespace aicmp {

/// Lets `per_s` messages pass in the long run and `burst` at once. Of Poisson arrivals at rate L
/// and a burst of 1 it admits L per_s / (L + per_s): each closes it for 1 / per_s.
class TokenBucket {
 public:
  TokenBucket() = default;
  TokenBucket(double per_s, double burst) : per_s_(per_s), burst_(burst), tokens_(burst) {}

  /// Whether a message may pass; times never go back.
  bool take(Time now) {
    tokens_ = std::min(burst_, tokens_ + per_s_ * (now - last_).in_seconds());
    last_ = now;
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
  }

 private:
  double per_s_ = 0.0;
  double burst_ = 0.0;
  double tokens_ = 0.0;
  Time last_;
};

}  // namespace aicmp
