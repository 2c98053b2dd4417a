#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/floats.hpp"
#include "envs/spec.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// Actions of many rows as a policy gives them: choices [rows][sets], or numbers [rows][numbers]
/// in the policy's own unit, where [-1, 1] is the range of the problem.
struct PolicyActions {
  std::int64_t* choices = nullptr;
  float* numbers = nullptr;
  float* log_prob = nullptr;  // [rows]
};

/// Gradients of a row's loss by the log-probability of its action and by its entropy.
struct ActionSlopes {
  float log_prob;
  float entropy;
};

/// What the outputs of a policy mean: independent categorical distributions, one for each set of
/// choices, or independent normal ones whose deviations do not depend on the state.
class ActionHead {
 public:
  explicit ActionHead(const ActionSpec& action);
  ActionHead(std::vector<std::size_t> sets, std::size_t numbers);

  bool discrete() const { return numbers_ == 0; }
  const std::vector<std::size_t>& sets() const { return sets_; }
  std::size_t numbers() const { return numbers_; }
  /// Outputs that a net must have: all choices of all sets, or the means of the numbers.
  std::size_t outputs() const { return outputs_; }

  /// Turns outputs [rows][stride] into log-probabilities of every choice, and writes probabilities
  /// to `p`, likewise strided. `mask` [rows][outputs] or nullptr. Nothing for numbers.
  void normalise(std::size_t rows, std::size_t stride, float* outputs, const std::int8_t* mask,
                 float* p) const;

  /// Draws actions after normalise(); `log_std` [numbers].
  void sample(std::size_t rows, std::size_t stride, const float* outputs, const float* p,
              const float* log_std, Rng& rng, const PolicyActions& actions) const;
  /// The most probable choices, or the means.
  void mode(std::size_t rows, std::size_t stride, const float* outputs, const float* p,
            const PolicyActions& actions) const;

  /// Of one row after normalise().
  float log_prob(const float* outputs, const float* log_std, const std::int64_t* choices,
                 const float* numbers) const;
  float entropy(const float* outputs, const float* p, const float* log_std) const;
  /// Writes the gradient by the row's outputs, and adds that by the deviations to `log_std_slope`.
  void differentiate(const float* outputs, const float* p, const float* log_std,
                     const std::int64_t* choices, const float* numbers, ActionSlopes slopes,
                     float* output_slope, float* log_std_slope) const;

 private:
  std::vector<std::size_t> sets_;
  std::size_t numbers_;
  std::size_t outputs_;
};

}  // namespace aicmp
