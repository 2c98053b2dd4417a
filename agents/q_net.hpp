#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/mlp.hpp"

namespace aicmp {

/// Values of the choices of one set: Q itself, or dueling (Wang et al., arXiv:1511.06581) a value V
/// and advantages A with Q = V + A - mean A, from the same last hidden layer.
class QNet {
 public:
  QNet(std::size_t inputs, const std::vector<std::size_t>& hidden, std::size_t choices,
       Activation activation, bool dueling);

  const Mlp& mlp() const { return mlp_; }
  std::size_t size() const { return mlp_.size(); }
  std::size_t choices() const { return choices_; }
  void initialise(float* parameters, Rng& rng) const { mlp_.initialise(parameters, rng, 1.0); }

  /// Q [rows][choices] of up to kChunkRows rows.
  void forward(const float* parameters, const float* x, std::size_t rows, Mlp::Workspace& space,
               float* q) const;
  /// Adds the gradient of a loss whose slope by Q[r][choices[r]] is slope[r], and 0 by the others,
  /// for the rows of the last forward(). `parameters` must be those it had, and of those
  /// mlp().transpose() must have been called.
  void backward(const float* parameters, const float* x, std::size_t rows,
                const std::int64_t* choices, const float* slope, Mlp::Workspace& space,
                float* gradient) const;

  /// The choice of greatest value among those that `mask` (nullptr: none) leaves.
  std::int64_t best(const float* q, const std::int8_t* mask) const;

 private:
  std::size_t choices_;
  bool dueling_;
  Mlp mlp_;
};

}  // namespace aicmp
