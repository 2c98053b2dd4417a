#include "agents/action_head.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "agents/kernels/kernels.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

const float kHalfLogTwoPi = static_cast<float>(0.5 * std::log(2.0 * std::numbers::pi));

std::vector<std::size_t> sets_of(const ActionSpec& action) {
  std::vector<std::size_t> sizes;
  for (const ChoiceSet& set : action.sets) sizes.push_back(set.choices.size());
  return sizes;
}

/// Inverts the distribution function; a choice of probability 0 is never drawn.
std::size_t draw(const float* p, std::size_t choices, double uniform) {
  std::size_t last = 0;
  double left = uniform;
  for (std::size_t j = 0; j < choices; ++j) {
    if (p[j] == 0.0f) continue;
    last = j;
    left -= static_cast<double>(p[j]);
    if (left < 0.0) break;
  }
  return last;
}

}  // namespace

ActionHead::ActionHead(const ActionSpec& action)
    : ActionHead(sets_of(action), action.numbers.size()) {}

ActionHead::ActionHead(std::vector<std::size_t> sets, std::size_t numbers)
    : sets_(std::move(sets)),
      numbers_(numbers),
      outputs_(numbers > 0 ? numbers
                           : std::accumulate(sets_.begin(), sets_.end(), std::size_t{0})) {}

void ActionHead::normalise(std::size_t rows, std::size_t stride, float* outputs,
                           const std::int8_t* mask, float* p) const {
  std::size_t first = 0;
  for (const std::size_t choices : sets_) {
    kernels().log_softmax(rows, choices, stride, outputs + first,
                          mask == nullptr ? nullptr : mask + first, outputs_, p + first);
    first += choices;
  }
}

void ActionHead::sample(std::size_t rows, std::size_t stride, const float* outputs, const float* p,
                        const float* log_std, Rng& rng, const PolicyActions& actions) const {
  for (std::size_t r = 0; r < rows; ++r) {
    std::int64_t* choices = actions.choices + r * sets_.size();
    float* drawn = actions.numbers + r * numbers_;
    std::size_t first = 0;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      choices[s] = static_cast<std::int64_t>(draw(p + r * stride + first, sets_[s], uniform(rng)));
      first += sets_[s];
    }
    for (std::size_t k = 0; k < numbers_; ++k) {
      drawn[k] = outputs[r * stride + k] + std::exp(log_std[k]) * static_cast<float>(normal(rng));
    }
    actions.log_prob[r] = log_prob(outputs + r * stride, log_std, choices, drawn);
  }
}

void ActionHead::mode(std::size_t rows, std::size_t stride, const float* outputs, const float* p,
                      const PolicyActions& actions) const {
  for (std::size_t r = 0; r < rows; ++r) {
    const float* row = p + r * stride;
    for (std::size_t s = 0; s < sets_.size(); ++s) {
      actions.choices[r * sets_.size() + s] = std::max_element(row, row + sets_[s]) - row;
      row += sets_[s];
    }
    std::copy_n(outputs + r * stride, numbers_, actions.numbers + r * numbers_);
  }
}

float ActionHead::log_prob(const float* outputs, const float* log_std, const std::int64_t* choices,
                           const float* numbers) const {
  float sum = 0.0f;
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    sum += outputs[choices[s]];
    outputs += sets_[s];
  }
  for (std::size_t k = 0; k < numbers_; ++k) {
    const float z = (numbers[k] - outputs[k]) * std::exp(-log_std[k]);
    sum -= 0.5f * z * z + log_std[k] + kHalfLogTwoPi;
  }
  return sum;
}

float ActionHead::entropy(const float* outputs, const float* p, const float* log_std) const {
  float sum = 0.0f;
  if (discrete()) {
    for (std::size_t j = 0; j < outputs_; ++j) sum -= p[j] * outputs[j];
  }
  for (std::size_t k = 0; k < numbers_; ++k) sum += log_std[k] + kHalfLogTwoPi + 0.5f;
  return sum;
}

void ActionHead::differentiate(const float* outputs, const float* p, const float* log_std,
                               const std::int64_t* choices, const float* numbers,
                               ActionSlopes slopes, float* output_slope,
                               float* log_std_slope) const {
  // d log p_a / d z_j = [a = j] - p_j and dH / d z_j = -p_j (log p_j + H).
  for (std::size_t s = 0; s < sets_.size(); ++s) {
    float entropy = 0.0f;
    for (std::size_t j = 0; j < sets_[s]; ++j) entropy -= p[j] * outputs[j];
    for (std::size_t j = 0; j < sets_[s]; ++j) {
      output_slope[j] = -p[j] * (slopes.log_prob + slopes.entropy * (outputs[j] + entropy));
    }
    output_slope[choices[s]] += slopes.log_prob;
    outputs += sets_[s];
    p += sets_[s];
    output_slope += sets_[s];
  }
  for (std::size_t k = 0; k < numbers_; ++k) {
    const float scale = std::exp(-log_std[k]);
    const float z = (numbers[k] - outputs[k]) * scale;
    output_slope[k] = slopes.log_prob * z * scale;
    log_std_slope[k] += slopes.log_prob * (z * z - 1.0f) + slopes.entropy;
  }
}

}  // namespace aicmp
