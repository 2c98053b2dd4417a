#pragma once

#include <cstddef>

namespace aicmp {

/// Rows of weights, biases and activations begin at multiples of so many floats; what lies between
/// a row's end and the next multiple is zero and stays zero.
inline constexpr std::size_t kPadding = 16;

constexpr std::size_t padded(std::size_t width) {
  return (width + kPadding - 1) / kPadding * kPadding;
}

enum class Activation { kTanh, kRelu, kNone };

/// One step of Adam (Kingma and Ba, 2015) over flat vectors.
struct AdamStep {
  float scale;         // of the gradient: clipping of its norm
  float rate;          // learning rate / (1 - beta1^t)
  float root_scale;    // 1 / sqrt(1 - beta2^t)
  float beta1, beta2;  // of the running moments
  float epsilon;
};

/// The inner loops of the learners. Matrices are row-major; `in` and `out` are widths, `*_stride`
/// the distance of rows. What is written is a multiple of kPadding wide unless said otherwise. No
/// argument may overlap.
///
/// A row's result depends neither on the other rows nor on their number: its sums are added in an
/// order that depends on the instruction set, as fused multiply-adds do, and on nothing else.
struct Kernels {
  const char* name;  // of the instruction set

  /// y[r][j] = f(bias[j] + sum_k x[r][k] weights[k][j]).
  void (*dense)(Activation f, std::size_t rows, std::size_t in, std::size_t out, const float* x,
                std::size_t x_stride, const float* weights, const float* bias, float* y);
  /// y[r][j] = bias[j] + sum_k x[r][k] weights[j][k], for layers of few outputs. `in` is a multiple
  /// of kPadding, `out` need not be.
  void (*dense_by_output)(std::size_t rows, std::size_t in, std::size_t out, const float* x,
                          std::size_t x_stride, const float* weights, const float* bias, float* y,
                          std::size_t y_stride);
  /// dx[r][k] = f'(x[r][k]) sum_j dy[r][j] transposed[j][k], where x = f(.) are the layer's inputs.
  void (*dense_inputs)(Activation f, std::size_t rows, std::size_t in, std::size_t out,
                       const float* dy, std::size_t dy_stride, const float* transposed,
                       const float* x, float* dx);
  /// dweights[k][j] += sum_r x[r][k] dy[r][j].
  void (*dense_weights)(std::size_t rows, std::size_t in, std::size_t out, const float* x,
                        std::size_t x_stride, const float* dy, float* dweights);
  /// y[j][i] = x[i][j]; `columns` is a multiple of kPadding.
  void (*transpose)(std::size_t rows, std::size_t columns, const float* x, std::size_t x_stride,
                    float* y, std::size_t y_stride);
  /// sums[j] += sum_r x[r][j].
  void (*add_rows)(std::size_t rows, std::size_t columns, const float* x, float* sums);

  /// Rows of logits of `choices` each become log-probabilities in place, and probabilities in `p`.
  /// Where `mask` (nullptr: none) is 0 the probability is exactly 0. Up to kPadding floats behind
  /// the last row are read and written back.
  void (*log_softmax)(std::size_t rows, std::size_t choices, std::size_t stride, float* logits,
                      const signed char* mask, std::size_t mask_stride, float* p);

  /// Sum of squares of a vector whose size is a multiple of kPadding, in floats.
  double (*squared_norm)(std::size_t size, const float* x);
  void (*adam)(const AdamStep& step, std::size_t size, const float* gradient, float* mean,
               float* square, float* parameters);
};

/// The fastest kernels that this processor can run.
const Kernels& kernels();

/// All that it can run, the slowest first, for tests.
struct KernelList {
  const Kernels* const* first;
  std::size_t size;
};
KernelList runnable_kernels();

}  // namespace aicmp
