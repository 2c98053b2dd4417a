#include "agents/mlp.hpp"

#include <algorithm>
#include <numbers>

#include "agents/orthogonal.hpp"

namespace aicmp {

Mlp::Mlp(std::size_t inputs, const std::vector<std::size_t>& hidden, std::size_t outputs,
         Activation activation) {
  std::size_t in = inputs;
  const auto add = [&](std::size_t out, Activation f, bool by_output) {
    const std::size_t weights = size_;
    const std::size_t bias = weights + (by_output ? out * padded(in) : in * padded(out));
    layers_.push_back({in, out, weights, bias, f, by_output});
    size_ = bias + padded(out);
    in = out;
  };
  for (const std::size_t width : hidden) add(width, activation, false);
  // Rows of weights by output are padded, so what they multiply must be: the net's inputs are not.
  add(outputs, Activation::kNone, outputs < kPadding && !hidden.empty());
}

void Mlp::initialise(float* parameters, Rng& rng, double last_gain) const {
  std::fill(parameters, parameters + size_, 0.0f);
  for (const Layer& layer : layers_) {
    const double gain = &layer == &layers_.back() ? last_gain : std::numbers::sqrt2;
    const std::vector<double> weights = orthogonal(layer.in, layer.out, rng);
    for (std::size_t i = 0; i < layer.in; ++i) {
      for (std::size_t j = 0; j < layer.out; ++j) {
        parameters[layer.weight(i, j)] = static_cast<float>(gain * weights[i * layer.out + j]);
      }
    }
  }
}

Mlp::Workspace Mlp::workspace() const {
  Workspace space;
  for (const Layer& layer : layers_) {
    space.outputs.emplace_back(kChunkRows * layer.stride() + kPadding);  // as log_softmax asks
    space.gradients.emplace_back(kChunkRows * layer.stride());
    const bool first = &layer == &layers_.front();
    space.transposed.emplace_back(first || layer.by_output ? 0 : layer.stride() * padded(layer.in));
  }
  return space;
}

void Mlp::forward(const float* parameters, const float* x, std::size_t rows,
                  Workspace& space) const {
  std::size_t x_stride = inputs();
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    float* y = space.outputs[l].data();
    const float* weights = parameters + layer.weights;
    const float* bias = parameters + layer.bias;
    if (layer.by_output) {
      kernels().dense_by_output(rows, x_stride, layer.out, x, x_stride, weights, bias, y,
                                layer.stride());
    } else {
      kernels().dense(layer.activation, rows, layer.in, layer.stride(), x, x_stride, weights, bias,
                      y);
    }
    x = y;
    x_stride = layer.stride();
  }
}

void Mlp::transpose(const float* parameters, Workspace& space) const {
  for (std::size_t l = 1; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    if (layer.by_output) continue;
    kernels().transpose(layer.in, layer.stride(), parameters + layer.weights, layer.stride(),
                        space.transposed[l].data(), padded(layer.in));
  }
}

void Mlp::backward(const float* parameters, const float* x, std::size_t rows, Workspace& space,
                   float* gradient) const {
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    const float* input = l == 0 ? x : space.outputs[l - 1].data();
    const std::size_t input_stride = l == 0 ? layer.in : layers_[l - 1].stride();
    const float* dy = space.gradients[l].data();
    float* dweights = gradient + layer.weights;
    if (layer.by_output) {
      kernels().dense_weights(rows, layer.out, input_stride, dy, layer.stride(), input, dweights);
    } else {
      kernels().dense_weights(rows, layer.in, layer.stride(), input, input_stride, dy, dweights);
    }
    kernels().add_rows(rows, layer.stride(), dy, gradient + layer.bias);
    if (l == 0) break;
    const float* weights =
        layer.by_output ? parameters + layer.weights : space.transposed[l].data();
    kernels().dense_inputs(layers_[l - 1].activation, rows, input_stride, layer.out, dy,
                           layer.stride(), weights, input, space.gradients[l - 1].data());
  }
}

}  // namespace aicmp
