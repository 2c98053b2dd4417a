#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// Actions of many rows. One of the two, as the model says.
struct PolicyDecisions {
  std::int64_t* choices = nullptr;  // [rows][sets]
  float* numbers = nullptr;         // [rows][numbers], in the problem's unit
};

/// Runs a policy without torch. Immutable, so threads may share it; memory that changes is the
/// caller's. The same bits on every processor; a row's result does not depend on the other rows.
class PolicyInference {
 public:
  /// Scratch memory of one thread.
  class Workspace {
    friend class PolicyInference;
    std::vector<float> front_, back_, gates_;
  };

  /// Throws ConfigError as check() does.
  explicit PolicyInference(const PolicyModel& model);

  std::size_t features() const { return low_.size(); }
  std::size_t outputs() const { return outputs_; }
  /// Floats that a recurrent policy keeps for each row; zeros before its first decision.
  std::size_t state_width() const { return state_width_; }

  /// Whether every feature is finite; a decision from one that is not means nothing.
  bool finite(std::size_t rows, const float* observation) const;
  /// Whether each set has a choice that `mask` [rows][outputs] allows.
  bool possible(std::size_t rows, const std::int8_t* mask) const;

  /// Observations [rows][features] to outputs [rows][outputs], with `state` [rows][state_width].
  /// Returns how many features were outside their range and have been clamped.
  std::int64_t run(std::size_t rows, const float* observation, float* state, float* outputs,
                   Workspace& space) const;

  /// The most probable action for outputs of run(); `mask` [rows][outputs], nullptr: all possible.
  /// Always within the action map, whatever the weights. The mask must be possible().
  void decide(std::size_t rows, const float* outputs, const std::int8_t* mask,
              const PolicyDecisions& decisions) const;
  /// An action drawn from the policy's distribution.
  void sample(std::size_t rows, const float* outputs, const std::int8_t* mask, Rng& rng,
              const PolicyDecisions& decisions) const;

 private:
  struct Layer {
    LayerKind kind;
    std::size_t inputs;  // of an LSTM with its own hidden units
    std::size_t units;
    std::size_t padded;         // units in memory
    std::vector<float> weight;  // [inputs][columns]
    std::vector<float> bias;    // [columns]: padded, of an LSTM four times
  };
  struct Number {
    float low;
    float high;
    float std;
  };

  void run_chunk(std::size_t rows, float* state, Workspace& space) const;
  void run_lstm(const Layer& layer, std::size_t rows, std::size_t x_stride, float* state,
                Workspace& space) const;

  std::vector<float> low_, high_, shift_, factor_;
  float clip_;
  std::vector<Layer> layers_;
  std::vector<std::size_t> sets_;
  std::vector<Number> numbers_;
  std::size_t outputs_;
  std::size_t state_width_ = 0;
  std::size_t widest_ = 0;  // activations
  std::size_t gates_ = 0;   // of the widest LSTM
};

}  // namespace aicmp
