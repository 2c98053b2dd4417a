#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aicmp {

/// What a user's weight may depend on.
struct WeightInputs {
  double w = 0.0;      // the miner's work in the window, difficulty-1 shares
  double a = 0.0;      // its part of all work in the window, w / total
  double n = 0.0;      // miners with work in the window
  double total = 0.0;  // all work in the window
};

/// A user's rule for a miner's weight, such as "w^0.9" or "min(w, 0.1 * total)": numbers, w, a, n,
/// total, + - * / ^ (right to left, before a sign), parentheses and min, max (two arguments or
/// more), log (natural), exp, sqrt.
class WeightExpression {
 public:
  /// Throws ConfigError with the column of what cannot be read, or with the inputs at which a trial
  /// gave a weight that is negative, infinite or not a number.
  /// `key` is the option at fault.
  explicit WeightExpression(std::string_view text, const std::string& key = "weight");

  double operator()(const WeightInputs& inputs) const;

 private:
  enum class Op {
    kNumber,
    kW,
    kA,
    kN,
    kTotal,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kPower,
    kNegate,
    kMin,
    kMax,
    kLog,
    kExp,
    kSqrt
  };
  struct Step {
    Op op;
    double number = 0.0;
  };
  class Parser;

  void try_out(std::string_view text, const std::string& key) const;

  std::vector<Step> steps_;  // in reverse Polish order
};

}  // namespace aicmp
