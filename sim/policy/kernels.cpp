#include "sim/policy/kernels.hpp"

#include "sim/base/fast_tanh.hpp"
#include "sim/base/vector_clones.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kTileRows = 4;
constexpr std::size_t kTileVectors = kPolicyPadding / kLanes;

using Vec = float __attribute__((vector_size(4 * kLanes)));
using LooseVec = float __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

[[gnu::always_inline]] inline const LooseVec& at(const float* x) {
  return *reinterpret_cast<const LooseVec*>(x);
}

[[gnu::always_inline]] inline LooseVec& at(float* x) {
  return *reinterpret_cast<LooseVec*>(x);
}

template <LayerKind F>
[[gnu::always_inline]] inline void activate(Vec& x) {
  if constexpr (F == LayerKind::kTanh) fast_tanh(x);
  if constexpr (F == LayerKind::kRelu) x = x > Vec{} ? x : Vec{};
}

/// s(x) = (1 + tanh(x / 2)) / 2.
[[gnu::always_inline]] inline void logistic(Vec& x) {
  x = x * 0.5f;
  fast_tanh(x);
  x = x * 0.5f + 0.5f;
}

struct Product {
  std::size_t in, out;
  const float* x;
  std::size_t x_stride;
  const float* weight;
  const float* bias;
  float* y;

  /// One tile of the product stays in registers while it is summed.
  template <LayerKind F, std::size_t Rows>
  [[gnu::always_inline]] inline void tile(std::size_t row, std::size_t column) const {
    Vec sum[Rows][kTileVectors];
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < kTileVectors; ++v) sum[r][v] = at(bias + column + v * kLanes);
    }
    const float* left = x + row * x_stride;
    for (std::size_t k = 0; k < in; ++k) {
      const float* right = weight + k * out + column;
#pragma GCC unroll 16
      for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < kTileVectors; ++v) {
          sum[r][v] += left[r * x_stride + k] * at(right + v * kLanes);
        }
      }
    }
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < kTileVectors; ++v) {
        activate<F>(sum[r][v]);
        at(y + (row + r) * out + column + v * kLanes) = sum[r][v];
      }
    }
  }

  template <LayerKind F>
  [[gnu::always_inline]] inline void run(std::size_t rows) const {
    for (std::size_t column = 0; column < out; column += kPolicyPadding) {
      std::size_t r = 0;
      for (; r + kTileRows <= rows; r += kTileRows) tile<F, kTileRows>(r, column);
      for (; r < rows; ++r) tile<F, 1>(r, column);
    }
  }
};

// Only functions that are no templates can have clones.
AICMP_VECTOR_CLONES void run_tanh(const Product& product, std::size_t rows) {
  product.run<LayerKind::kTanh>(rows);
}
AICMP_VECTOR_CLONES void run_relu(const Product& product, std::size_t rows) {
  product.run<LayerKind::kRelu>(rows);
}
AICMP_VECTOR_CLONES void run_linear(const Product& product, std::size_t rows) {
  product.run<LayerKind::kLinear>(rows);
}

}  // namespace

AICMP_VECTOR_CLONES std::int64_t policy_scale(const FeatureScale& scale, std::size_t rows,
                                              std::size_t width, const float* x, float* y,
                                              std::size_t y_stride) {
  std::int64_t outside = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    const float* in = x + r * width;
    float* out = y + r * y_stride;
    int row_outside = 0;
    for (std::size_t k = 0; k < width; ++k) {
      // A NaN fails both comparisons, so it becomes low.
      const float above = in[k] > scale.low[k] ? in[k] : scale.low[k];
      const float bounded = above < scale.high[k] ? above : scale.high[k];
      row_outside += bounded == in[k] ? 0 : 1;
      const float normal = (bounded - scale.shift[k]) * scale.factor[k];
      const float floored = normal > -scale.clip ? normal : -scale.clip;
      out[k] = floored < scale.clip ? floored : scale.clip;
    }
    outside += row_outside;
  }
  return outside;
}

void policy_dense(LayerKind f, std::size_t rows, std::size_t in, std::size_t out, const float* x,
                  std::size_t x_stride, const float* weight, const float* bias, float* y) {
  const Product product{in, out, x, x_stride, weight, bias, y};
  switch (f) {
    case LayerKind::kTanh:
      return run_tanh(product, rows);
    case LayerKind::kRelu:
      return run_relu(product, rows);
    case LayerKind::kLinear:
    case LayerKind::kLstm:
      return run_linear(product, rows);
  }
}

AICMP_VECTOR_CLONES void policy_lstm(std::size_t units, const float* gates, float* cell,
                                     float* hidden) {
  for (std::size_t j = 0; j < units; j += kLanes) {
    Vec input = at(gates + j);
    Vec forget = at(gates + units + j);
    Vec candidate = at(gates + 2 * units + j);
    Vec output = at(gates + 3 * units + j);
    logistic(input);
    logistic(forget);
    fast_tanh(candidate);
    logistic(output);
    Vec c = forget * at(cell + j) + input * candidate;
    at(cell + j) = c;
    fast_tanh(c);
    at(hidden + j) = output * c;
  }
}

}  // namespace aicmp
