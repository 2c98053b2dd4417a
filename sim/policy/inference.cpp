#include "sim/policy/inference.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/policy/kernels.hpp"

namespace aicmp {
namespace {

/// Rows that are worked on at a time: their activations stay in the cache.
constexpr std::size_t kChunkRows = 64;

bool allowed(const std::int8_t* mask, std::size_t choice) {
  return mask == nullptr || mask[choice] != 0;
}

/// The first of the largest outputs that is allowed.
std::size_t most_probable(const float* outputs, const std::int8_t* mask, std::size_t choices) {
  std::size_t best = 0;
  while (best + 1 < choices && !allowed(mask, best)) ++best;
  for (std::size_t j = best + 1; j < choices; ++j) {
    if (allowed(mask, j) && outputs[j] > outputs[best]) best = j;
  }
  return best;
}

/// Inverts the distribution function of the softmax; what is not allowed is never drawn.
std::size_t draw(const float* outputs, const std::int8_t* mask, std::size_t choices, Rng& rng) {
  const std::size_t best = most_probable(outputs, mask, choices);
  const auto weight = [&](std::size_t j) {
    if (!allowed(mask, j)) return 0.0;
    return std::exp(static_cast<double>(outputs[j]) - static_cast<double>(outputs[best]));
  };
  double total = 0.0;
  for (std::size_t j = 0; j < choices; ++j) total += weight(j);
  double left = uniform(rng) * total;
  for (std::size_t j = 0; j < choices; ++j) {
    left -= weight(j);
    if (left < 0.0) return j;
  }
  return best;
}

/// The problem's number for an output; never outside the range.
float in_range(float output, float low, float high) {
  if (!(output > -1.0f)) return low;
  if (output >= 1.0f) return high;
  return std::clamp(low + 0.5f * (output + 1.0f) * (high - low), low, high);
}

/// Transposes blocks of `units` rows of `from` [blocks * units][inputs] into `to`
/// [inputs][columns], each block padded by itself.
void transpose(const std::vector<float>& from, std::size_t inputs, std::size_t units,
               std::size_t columns, float* to) {
  const std::size_t rows = inputs == 0 ? 0 : from.size() / inputs;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t column = r / units * policy_padded(units) + r % units;
    for (std::size_t k = 0; k < inputs; ++k) to[k * columns + column] = from[r * inputs + k];
  }
}

}  // namespace

PolicyInference::PolicyInference(const PolicyModel& model)
    : clip_(static_cast<float>(model.clip)), outputs_(model.outputs()) {
  check(model);
  for (const PolicyFeature& feature : model.features) {
    low_.push_back(static_cast<float>(feature.low));
    high_.push_back(static_cast<float>(feature.high));
    shift_.push_back(static_cast<float>(feature.mean));
    factor_.push_back(static_cast<float>(1.0 / std::sqrt(feature.variance + 1e-8)));
  }
  for (const PolicyChoices& set : model.sets) sets_.push_back(set.choices.size());
  for (const PolicyNumber& number : model.numbers) {
    numbers_.push_back({static_cast<float>(number.low), static_cast<float>(number.high),
                        std::exp(number.log_std)});
  }
  widest_ = policy_padded(features());
  for (const PolicyLayer& from : model.layers) {
    const bool recurrent = from.kind == LayerKind::kLstm;
    const std::size_t padded = policy_padded(from.units);
    const std::size_t columns = recurrent ? 4 * padded : padded;
    const std::size_t inputs = from.inputs + (recurrent ? from.units : 0);
    Layer layer{from.kind, inputs, from.units, padded, {}, {}};
    layer.weight.assign(inputs * columns, 0.0f);
    layer.bias.assign(columns, 0.0f);
    transpose(from.weight, from.inputs, from.units, columns, layer.weight.data());
    transpose(from.recurrent, from.units, from.units, columns,
              layer.weight.data() + from.inputs * columns);
    transpose(from.bias, 1, from.units, columns, layer.bias.data());
    widest_ = std::max({widest_, padded, policy_padded(inputs)});
    if (recurrent) {
      state_width_ += 2 * padded;
      gates_ = std::max(gates_, columns);
    }
    layers_.push_back(std::move(layer));
  }
}

bool PolicyInference::finite(std::size_t rows, const float* observation) const {
  return std::all_of(observation, observation + rows * features(),
                     [](float feature) { return std::isfinite(feature); });
}

bool PolicyInference::possible(std::size_t rows, const std::int8_t* mask) const {
  for (std::size_t r = 0; r < rows; ++r) {
    for (const std::size_t choices : sets_) {
      if (std::all_of(mask, mask + choices, [](std::int8_t bit) { return bit == 0; })) return false;
      mask += choices;
    }
  }
  return true;
}

std::int64_t PolicyInference::run(std::size_t rows, const float* observation, float* state,
                                  float* outputs, Workspace& space) const {
  const std::size_t chunk_rows = std::min(rows, kChunkRows);
  if (space.front_.size() < chunk_rows * widest_) {
    space.front_.resize(chunk_rows * widest_);
    space.back_.resize(chunk_rows * widest_);
  }
  if (space.gates_.size() < chunk_rows * gates_) space.gates_.resize(chunk_rows * gates_);
  const FeatureScale scale{low_.data(), high_.data(), shift_.data(), factor_.data(), clip_};
  std::int64_t clamped = 0;
  for (std::size_t first = 0; first < rows; first += kChunkRows) {
    const std::size_t count = std::min(kChunkRows, rows - first);
    clamped += policy_scale(scale, count, features(), observation + first * features(),
                            space.front_.data(), features());
    run_chunk(count, state == nullptr ? nullptr : state + first * state_width_, space);
    const std::size_t stride = layers_.back().padded;
    for (std::size_t r = 0; r < count; ++r) {
      std::copy_n(space.front_.data() + r * stride, outputs_, outputs + (first + r) * outputs_);
    }
  }
  return clamped;
}

void PolicyInference::run_chunk(std::size_t rows, float* state, Workspace& space) const {
  std::size_t stride = features();
  for (const Layer& layer : layers_) {
    if (layer.kind == LayerKind::kLstm) {
      run_lstm(layer, rows, stride, state, space);
      state += 2 * layer.padded;
    } else {
      policy_dense(layer.kind, rows, layer.inputs, layer.padded, space.front_.data(), stride,
                   layer.weight.data(), layer.bias.data(), space.back_.data());
      std::swap(space.front_, space.back_);
    }
    stride = layer.padded;
  }
}

void PolicyInference::run_lstm(const Layer& layer, std::size_t rows, std::size_t x_stride,
                               float* state, Workspace& space) const {
  const std::size_t fed = layer.inputs - layer.units;
  for (std::size_t r = 0; r < rows; ++r) {
    float* joined = space.back_.data() + r * layer.inputs;
    std::copy_n(space.front_.data() + r * x_stride, fed, joined);
    std::copy_n(state + r * state_width_, layer.units, joined + fed);
  }
  const std::size_t columns = 4 * layer.padded;
  policy_dense(layer.kind, rows, layer.inputs, columns, space.back_.data(), layer.inputs,
               layer.weight.data(), layer.bias.data(), space.gates_.data());
  for (std::size_t r = 0; r < rows; ++r) {
    float* hidden = state + r * state_width_;
    policy_lstm(layer.padded, space.gates_.data() + r * columns, hidden + layer.padded, hidden);
    std::copy_n(hidden, layer.padded, space.front_.data() + r * layer.padded);
  }
}

void PolicyInference::decide(std::size_t rows, const float* outputs, const std::int8_t* mask,
                             const PolicyDecisions& decisions) const {
  std::int64_t* choice = decisions.choices;
  float* number = decisions.numbers;
  for (std::size_t r = 0; r < rows; ++r) {
    for (const std::size_t choices : sets_) {
      *choice++ = static_cast<std::int64_t>(most_probable(outputs, mask, choices));
      outputs += choices;
      if (mask != nullptr) mask += choices;
    }
    for (const Number& range : numbers_) *number++ = in_range(*outputs++, range.low, range.high);
  }
}

void PolicyInference::sample(std::size_t rows, const float* outputs, const std::int8_t* mask,
                             Rng& rng, const PolicyDecisions& decisions) const {
  std::int64_t* choice = decisions.choices;
  float* number = decisions.numbers;
  for (std::size_t r = 0; r < rows; ++r) {
    for (const std::size_t choices : sets_) {
      *choice++ = static_cast<std::int64_t>(draw(outputs, mask, choices, rng));
      outputs += choices;
      if (mask != nullptr) mask += choices;
    }
    for (const Number& range : numbers_) {
      const float output = *outputs++ + range.std * static_cast<float>(normal(rng));
      *number++ = in_range(output, range.low, range.high);
    }
  }
}

}  // namespace aicmp
