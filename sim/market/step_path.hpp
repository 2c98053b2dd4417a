#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sim/base/units.hpp"

namespace aicmp {

/// A value that holds from `begin` until the next step begins.
struct Step {
  Time begin;
  double value = 0.0;
};

/// Produces the steps of a path in order of time. The first begins at time 0 or earlier. A source
/// that ends (a constant, the end of a file) returns a step at Time::forever().
class StepSource {
 public:
  virtual ~StepSource() = default;
  virtual Step next() = 0;
};

/// A right-continuous step function of time, drawn once, in order and as far as it was asked for:
/// its values do not depend on which times are asked, or how often. Amortised O(1) for queries
/// that do not go back, O(log n) for those that do.
class StepPath {
 public:
  explicit StepPath(std::unique_ptr<StepSource> source);

  /// `t` must be 0 or later.
  double at(Time t);
  /// First time after `t` at which the value may change.
  Time next_change(Time t);

 private:
  void seek(Time t);

  std::unique_ptr<StepSource> source_;
  std::vector<Step> steps_;  // one beyond the current position is always known
  std::size_t current_ = 0;
};

}  // namespace aicmp
