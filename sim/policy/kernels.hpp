#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/policy/model.hpp"

namespace aicmp {

/// Widths of weights and activations in memory are multiples of so many floats, filled with zeros.
inline constexpr std::size_t kPolicyPadding = 16;

constexpr std::size_t policy_padded(std::size_t width) {
  return (width + kPolicyPadding - 1) / kPolicyPadding * kPolicyPadding;
}

/// How a row of features becomes a row of inputs; each points to one number a feature.
struct FeatureScale {
  const float* low;
  const float* high;
  const float* shift;
  const float* factor;
  float clip;
};

// The inner loops of inference: all of them give the same bits on every processor, and a row's
// result does not depend on the other rows. Matrices are row-major; no argument may overlap.

/// y[r][k] = clip((clamp(x[r][k], low, high) - shift) * factor). Returns how many features were
/// outside [low, high]; a NaN is, and counts as low.
std::int64_t policy_scale(const FeatureScale& scale, std::size_t rows, std::size_t width,
                          const float* x, float* y, std::size_t y_stride);

/// y[r][j] = f(bias[j] + sum_k x[r][k] weight[k][j]) for j < out, a multiple of kPolicyPadding.
/// An LSTM's gates are linear.
void policy_dense(LayerKind f, std::size_t rows, std::size_t in, std::size_t out, const float* x,
                  std::size_t x_stride, const float* weight, const float* bias, float* y);

/// What the gates [4][units] of one row make of its cell: c' = s(f) c + s(i) tanh(g) and
/// h = s(o) tanh(c'), with s the logistic function. `units` is a multiple of kPolicyPadding.
void policy_lstm(std::size_t units, const float* gates, float* cell, float* hidden);

}  // namespace aicmp
