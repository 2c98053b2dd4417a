#include "sim/forecast/lstm_net.hpp"

#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;
using Matrix = Eigen::Map<MatrixXf>;
using ConstMatrix = Eigen::Map<const MatrixXf>;

struct Offsets {
  Index gate_weights = 0;
  Index gate_bias;
  Index output_weights;
  Index output_bias;
  Index total;

  explicit Offsets(const LstmNet::Shape& shape)
      : gate_bias(4 * shape.units * (shape.inputs + shape.units)),
        output_weights(gate_bias + 4 * shape.units),
        output_bias(output_weights + shape.outputs * shape.units),
        total(output_bias + shape.outputs) {}
};

MatrixXf sigmoid(const MatrixXf& x) {
  return (1.0f + (-x.array()).exp()).inverse();
}

}  // namespace

LstmNet::LstmNet(const Shape& shape, Rng& rng) : shape_(shape) {
  const Offsets at(shape);
  parameters_.resize(at.total);
  const double bound = 1.0 / std::sqrt(static_cast<double>(shape.units));
  for (float& parameter : parameters_) {
    parameter = static_cast<float>(bound * (2.0 * uniform(rng) - 1.0));
  }
  parameters_.segment(at.gate_bias + shape.units, shape.units).setOnes();
}

MatrixXf LstmNet::forward(const Batch& batch, Memory& memory) const {
  const Offsets at(shape_);
  const Index units = shape_.units;
  const Index samples = batch.front().cols();
  const ConstMatrix weights(parameters_.data(), 4 * units, shape_.inputs + units);
  const auto bias = parameters_.segment(at.gate_bias, 4 * units);
  auto& [steps, state] = memory;
  steps.resize(batch.size());
  state = MatrixXf::Zero(units, samples);
  MatrixXf cell = MatrixXf::Zero(units, samples);
  for (std::size_t t = 0; t < batch.size(); ++t) {
    Step& step = steps[t];
    step.input.resize(shape_.inputs + units, samples);
    step.input.topRows(shape_.inputs) = batch[t];
    step.input.bottomRows(units) = state;
    step.gates = (weights * step.input).colwise() + bias;
    step.gates.topRows(2 * units) = sigmoid(step.gates.topRows(2 * units));
    step.gates.middleRows(2 * units, units) =
        step.gates.middleRows(2 * units, units).array().tanh().matrix().eval();
    step.gates.bottomRows(units) = sigmoid(step.gates.bottomRows(units));
    cell = step.gates.middleRows(units, units).cwiseProduct(cell) +
           step.gates.topRows(units).cwiseProduct(step.gates.middleRows(2 * units, units));
    step.cell = cell;
    step.cell_tanh = cell.array().tanh();
    state = step.gates.bottomRows(units).cwiseProduct(step.cell_tanh);
  }
  const ConstMatrix output(parameters_.data() + at.output_weights, shape_.outputs, units);
  return (output * state).colwise() + parameters_.segment(at.output_bias, shape_.outputs);
}

Eigen::VectorXf LstmNet::backward(const Memory& memory, const MatrixXf& d_outputs) const {
  const Offsets at(shape_);
  const Index units = shape_.units;
  const auto& [steps, state] = memory;
  const Index samples = d_outputs.cols();
  const ConstMatrix weights(parameters_.data(), 4 * units, shape_.inputs + units);
  const ConstMatrix output(parameters_.data() + at.output_weights, shape_.outputs, units);
  Eigen::VectorXf gradient = Eigen::VectorXf::Zero(at.total);
  Matrix d_weights(gradient.data(), 4 * units, shape_.inputs + units);
  Matrix(gradient.data() + at.output_weights, shape_.outputs, units) =
      d_outputs * state.transpose();
  gradient.segment(at.output_bias, shape_.outputs) = d_outputs.rowwise().sum();

  MatrixXf d_state = output.transpose() * d_outputs;
  MatrixXf d_cell = MatrixXf::Zero(units, samples);
  MatrixXf d_gates(4 * units, samples);
  for (std::size_t t = steps.size(); t-- > 0;) {
    const Step& step = steps[t];
    const auto in = step.gates.topRows(units).array();
    const auto forget = step.gates.middleRows(units, units).array();
    const auto candidate = step.gates.middleRows(2 * units, units).array();
    const auto out = step.gates.bottomRows(units).array();
    d_cell.array() += d_state.array() * out * (1.0f - step.cell_tanh.array().square());
    d_gates.topRows(units) = d_cell.array() * candidate * in * (1.0f - in);
    if (t > 0) {
      d_gates.middleRows(units, units) =
          d_cell.array() * steps[t - 1].cell.array() * forget * (1.0f - forget);
    } else {
      d_gates.middleRows(units, units).setZero();
    }
    d_gates.middleRows(2 * units, units) = d_cell.array() * in * (1.0f - candidate.square());
    d_gates.bottomRows(units) = d_state.array() * step.cell_tanh.array() * out * (1.0f - out);
    d_weights += d_gates * step.input.transpose();
    gradient.segment(at.gate_bias, 4 * units) += d_gates.rowwise().sum();
    d_state = weights.rightCols(units).transpose() * d_gates;
    d_cell.array() *= forget;
  }
  return gradient;
}

}  // namespace aicmp
