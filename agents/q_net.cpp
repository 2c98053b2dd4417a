#include "agents/q_net.hpp"

#include <algorithm>
#include <numeric>

namespace aicmp {

QNet::QNet(std::size_t inputs, const std::vector<std::size_t>& hidden, std::size_t choices,
           Activation activation, bool dueling)
    : choices_(choices),
      dueling_(dueling),
      mlp_(inputs, hidden, choices + (dueling ? 1 : 0), activation) {}

void QNet::forward(const float* parameters, const float* x, std::size_t rows, Mlp::Workspace& space,
                   float* q) const {
  mlp_.forward(parameters, x, rows, space);
  for (std::size_t r = 0; r < rows; ++r) {
    const float* outputs = space.output() + r * mlp_.output_stride();
    float* row = q + r * choices_;
    std::copy_n(outputs, choices_, row);
    if (!dueling_) continue;
    const float mean =
        std::accumulate(outputs, outputs + choices_, 0.0f) / static_cast<float>(choices_);
    for (std::size_t j = 0; j < choices_; ++j) row[j] += outputs[choices_] - mean;
  }
}

void QNet::backward(const float* parameters, const float* x, std::size_t rows,
                    const std::int64_t* choices, const float* slope, Mlp::Workspace& space,
                    float* gradient) const {
  for (std::size_t r = 0; r < rows; ++r) {
    float* row = space.output_gradient() + r * mlp_.output_stride();
    std::fill_n(row, choices_, dueling_ ? -slope[r] / static_cast<float>(choices_) : 0.0f);
    row[choices[r]] += slope[r];
    if (dueling_) row[choices_] = slope[r];
  }
  mlp_.backward(parameters, x, rows, space, gradient);
}

std::int64_t QNet::best(const float* q, const std::int8_t* mask) const {
  std::size_t best = choices_;
  for (std::size_t j = 0; j < choices_; ++j) {
    if (mask != nullptr && mask[j] == 0) continue;
    if (best == choices_ || q[j] > q[best]) best = j;
  }
  return static_cast<std::int64_t>(best);
}

}  // namespace aicmp
