#include "agents/lstm_layer.hpp"

#include <algorithm>

#include "agents/mlp.hpp"
#include "agents/orthogonal.hpp"
#include "sim/policy/kernels.hpp"

namespace aicmp {

static_assert(kPadding % kPolicyPadding == 0);

void LstmLayer::initialise(float* parameters, Rng& rng) const {
  std::fill_n(parameters, size(), 0.0f);
  float* row = parameters;
  for (const std::size_t rows : {inputs_, units_}) {
    const std::vector<double> weights = orthogonal(rows, 4 * units_, rng);
    for (auto weight = weights.begin(); weight != weights.end(); row += columns()) {
      for (std::size_t gate = 0; gate < 4; ++gate) {
        for (std::size_t j = 0; j < units_; ++j) {
          row[gate * padded(units_) + j] = static_cast<float>(*weight++);
        }
      }
    }
  }
  std::fill_n(parameters + bias_offset() + padded(units_), units_, 1.0f);
}

LstmLayer::Workspace LstmLayer::workspace() const {
  return {Floats(kChunkRows * (inputs_ + units_)), Floats(kChunkRows * columns()),
          Floats(kChunkRows * units_)};
}

void LstmLayer::step(const float* parameters, const float* x, std::size_t rows, float* state,
                     std::size_t state_stride, Workspace& space) const {
  const std::size_t joined = inputs_ + units_;
  for (std::size_t r = 0; r < rows; ++r) {
    float* row = space.joined.data() + r * joined;
    std::copy_n(x + r * inputs_, inputs_, row);
    std::copy_n(state + r * state_stride, units_, row + inputs_);
  }
  kernels().dense(Activation::kNone, rows, joined, columns(), space.joined.data(), joined,
                  parameters, parameters + bias_offset(), space.gates.data());
  for (std::size_t r = 0; r < rows; ++r) {
    float* hidden = state + r * state_stride;
    policy_lstm(padded(units_), space.gates.data() + r * columns(), hidden + padded(units_),
                hidden);
    std::copy_n(hidden, units_, space.hidden.data() + r * units_);
  }
}

}  // namespace aicmp
