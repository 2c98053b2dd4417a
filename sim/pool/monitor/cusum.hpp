#pragma once

#include <algorithm>
#include <cmath>

namespace aicmp {

/// Page's CUSUM of log-likelihood ratios. It alarms at `threshold`; without a change that takes at
/// least e^threshold samples on average (Lorden 1971), and no test with that property is faster in
/// the worst case (Moustakides 1986).
class Cusum {
 public:
  /// Of Poisson counts whose mean changes from `expected` to `factor` times it.
  /// `factor` 0: the counts stop, and only silence speaks.
  void add_count(double count, double expected, double factor) {
    add((1.0 - factor) * expected + (count > 0.0 ? count * std::log(factor) : 0.0));
  }
  /// Of `hits` in `trials` whose probability changes from `before` to `after`, both in (0, 1).
  void add_trials(double hits, double trials, double before, double after) {
    add(hits * std::log(after / before) +
        (trials - hits) * std::log((1.0 - after) / (1.0 - before)));
  }

  double value() const { return value_; }
  void reset() { value_ = 0.0; }

 private:
  void add(double ratio) { value_ = std::max(0.0, value_ + ratio); }

  double value_ = 0.0;
};

}  // namespace aicmp
