#pragma once

#include <cstddef>

#include "agents/floats.hpp"
#include "agents/kernels/kernels.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// A layer of LSTM units (Hochreiter and Schmidhuber, 1997) whose parameters lie in one flat
/// vector: weights [inputs + units][4][padded(units)], then biases [4][padded(units)], gates in
/// torch's order: input, forget, cell, output. Immutable; memory is the caller's.
class LstmLayer {
 public:
  /// One for each thread.
  struct Workspace {
    Floats joined;  // [kChunkRows][inputs + units]
    Floats gates;   // [kChunkRows][columns]
    Floats hidden;  // [kChunkRows][units]
  };

  LstmLayer(std::size_t inputs, std::size_t units) : inputs_(inputs), units_(units) {}

  std::size_t inputs() const { return inputs_; }
  std::size_t units() const { return units_; }
  /// Of the weights and biases.
  std::size_t columns() const { return 4 * padded(units_); }
  std::size_t bias_offset() const { return (inputs_ + units_) * columns(); }
  /// Number of parameters, a multiple of kPadding.
  std::size_t size() const { return bias_offset() + columns(); }
  /// Of a row's hidden units [padded(units)] and cells, likewise; zeros before an episode.
  std::size_t state_width() const { return 2 * padded(units_); }

  /// Orthogonal weights; forget gates begin open, with a bias of 1 (Jozefowicz et al., 2015).
  void initialise(float* parameters, Rng& rng) const;
  Workspace workspace() const;

  /// Up to kChunkRows rows of `x` [rows][inputs] move the states, one every `state_stride` floats,
  /// on by a step; what the next layer sees goes to space.hidden.
  void step(const float* parameters, const float* x, std::size_t rows, float* state,
            std::size_t state_stride, Workspace& space) const;

 private:
  std::size_t inputs_;
  std::size_t units_;
};

}  // namespace aicmp
