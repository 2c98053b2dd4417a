#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Dense>

#include "sim/base/random.hpp"

namespace aicmp {

/// One LSTM layer (Hochreiter and Schmidhuber 1997; gates in the order input, forget, cell, output)
/// and a linear layer on its last state. Gradients by hand, back through all steps. Matrices have a
/// column for each sample of a batch.
class LstmNet {
 public:
  struct Shape {
    Eigen::Index inputs;
    Eigen::Index units;
    Eigen::Index outputs;
  };
  using Batch = std::vector<Eigen::MatrixXf>;  // by step: [inputs][samples]

  /// What is remembered of a step.
  struct Step {
    Eigen::MatrixXf input;  // [inputs + units]: what came in, and the state before
    Eigen::MatrixXf gates;  // [4 units], after their functions
    Eigen::MatrixXf cell;
    Eigen::MatrixXf cell_tanh;
  };
  struct Memory {
    std::vector<Step> steps;
    Eigen::MatrixXf state;  // [units], the last
  };

  /// Weights uniform within 1 / sqrt(units); forget gates begin open (bias 1).
  LstmNet(const Shape& shape, Rng& rng);

  /// [outputs][samples]; `memory` gets what backward() needs.
  Eigen::MatrixXf forward(const Batch& batch, Memory& memory) const;
  /// Gradient by parameter of a loss whose derivatives by the outputs are `d_outputs`, for the
  /// batch of the forward() that wrote `memory`.
  Eigen::VectorXf backward(const Memory& memory, const Eigen::MatrixXf& d_outputs) const;

  /// All parameters in one vector: gate weights [4 units][inputs + units] by column, gate biases,
  /// output weights [outputs][units] by column, output biases.
  const Eigen::VectorXf& parameters() const { return parameters_; }
  Eigen::VectorXf& parameters() { return parameters_; }

 private:
  Shape shape_;
  Eigen::VectorXf parameters_;
};

}  // namespace aicmp
