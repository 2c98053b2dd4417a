// Included once by each file of this folder, which defines AICMP_LANES (floats in a register),
// AICMP_TILE_ROWS and AICMP_KERNELS (the name of the table). Only what has no code of its own may
// be included here: an inline function compiled for a newer processor could end up in the program.
#include <utility>  // index sequences, which are types

#include "agents/kernels/kernels.hpp"
#include "sim/base/fast_tanh.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kLanes = AICMP_LANES;
constexpr std::size_t kTileRows = AICMP_TILE_ROWS;

using Vec = float __attribute__((vector_size(4 * AICMP_LANES)));
using LooseVec = float __attribute__((vector_size(4 * AICMP_LANES), aligned(4), may_alias));
using IntVec = int __attribute__((vector_size(4 * AICMP_LANES)));

inline Vec load(const float* x) {
  return *reinterpret_cast<const LooseVec*>(x);
}
inline void store(float* x, Vec value) {
  *reinterpret_cast<LooseVec*>(x) = value;
}
inline Vec larger(Vec a, Vec b) {
  return a > b ? a : b;
}

inline Vec tanh(Vec x) {
  fast_tanh(x);
  return x;
}

/// Cephes' expf for x <= 0; below -87 it is 0.
inline Vec exp_of_negative(Vec x) {
  const IntVec tiny = x < -87.0f;
  x = larger(x, Vec{} - 87.0f);
  // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
  const Vec magic = Vec{} + 12582912.0f;
  const Vec rounded = x * 1.44269504088896341f + magic;
  const Vec n = rounded - magic;
  x = x - n * 0.693359375f;
  x = x - n * -2.12194440e-4f;
  Vec y = x * 1.9875691500e-4f + 1.3981999507e-3f;
  y = y * x + 8.3334519073e-3f;
  y = y * x + 4.1665795894e-2f;
  y = y * x + 1.6666665459e-1f;
  y = y * x + 5.0000001201e-1f;
  y = y * (x * x) + x + 1.0f;
  const IntVec power = (reinterpret_cast<IntVec>(rounded) + 127) << 23;
  y = y * reinterpret_cast<Vec>(power);
  return tiny ? Vec{} : y;
}

template <Activation F>
inline Vec activate(Vec x) {
  if constexpr (F == Activation::kTanh) return tanh(x);
  if constexpr (F == Activation::kRelu) return larger(x, Vec{});
  return x;
}

/// f'(z) as a function of f(z).
template <Activation F>
inline Vec slope(Vec y) {
  if constexpr (F == Activation::kTanh) return 1.0f - y * y;
  if constexpr (F == Activation::kRelu) return y > 0.0f ? Vec{} + 1.0f : Vec{};
  return Vec{} + 1.0f;
}

/// A tile of Rows x Vecs registers of a product: += a[r][k] b[k][j] over k.
template <std::size_t Rows, std::size_t Vecs>
struct Tile {
  Vec sum[Rows][Vecs];

  inline void multiply(std::size_t depth, const float* a, std::size_t a_row, std::size_t a_depth,
                       const float* b, std::size_t b_stride) {
    for (std::size_t k = 0; k < depth; ++k) {
      Vec right[Vecs];
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) right[v] = load(b + k * b_stride + v * kLanes);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < Rows; ++r) {
        const Vec left = a[r * a_row + k * a_depth] - Vec{};  // x + 0 is not x for -0
#pragma GCC unroll 16
        for (std::size_t v = 0; v < Vecs; ++v) sum[r][v] += left * right[v];
      }
    }
  }
};

/// Calls body.run<Rows, Vecs>(row, column) for tiles that cover rows x columns. run() must not be
/// inlined: a function of many tiles has no registers left for the addresses of their inner loops.
template <std::size_t Vecs, typename Body>
inline void tile_rows(std::size_t rows, std::size_t column, Body& body) {
  std::size_t r = 0;
  for (; r + kTileRows <= rows; r += kTileRows) body.template run<kTileRows, Vecs>(r, column);
  if constexpr (kTileRows > 4) {
    for (; r + 4 <= rows; r += 4) body.template run<4, Vecs>(r, column);
  }
  for (; r < rows; ++r) body.template run<1, Vecs>(r, column);
}

template <typename Body>
inline void tile(std::size_t rows, std::size_t columns, Body body) {
  std::size_t column = 0;
  for (; column + 2 * kLanes <= columns; column += 2 * kLanes) tile_rows<2>(rows, column, body);
  for (; column < columns; column += kLanes) tile_rows<1>(rows, column, body);
}

template <Activation F>
struct Dense {
  std::size_t in, out;
  const float* x;
  std::size_t x_stride;
  const float* weights;
  const float* bias;
  float* y;

  template <std::size_t Rows, std::size_t Vecs>
  [[gnu::noinline]] void run(std::size_t row, std::size_t column) {
    Tile<Rows, Vecs> tile;
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) tile.sum[r][v] = load(bias + column + v * kLanes);
    }
    tile.multiply(in, x + row * x_stride, x_stride, 1, weights + column, out);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) {
        store(y + (row + r) * out + column + v * kLanes, activate<F>(tile.sum[r][v]));
      }
    }
  }
};

template <Activation F>
struct DenseInputs {
  std::size_t in, out;
  const float* dy;
  std::size_t dy_stride;
  const float* transposed;
  const float* x;
  float* dx;

  template <std::size_t Rows, std::size_t Vecs>
  [[gnu::noinline]] void run(std::size_t row, std::size_t column) {
    Tile<Rows, Vecs> tile{};
    tile.multiply(out, dy + row * dy_stride, dy_stride, 1, transposed + column, in);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) {
        const std::size_t at = (row + r) * in + column + v * kLanes;
        store(dx + at, tile.sum[r][v] * slope<F>(load(x + at)));
      }
    }
  }
};

struct DenseWeights {
  std::size_t depth, out;
  const float* x;
  std::size_t x_stride;
  const float* dy;
  float* dweights;

  template <std::size_t Rows, std::size_t Vecs>
  [[gnu::noinline]] void run(std::size_t row, std::size_t column) {
    Tile<Rows, Vecs> tile;
    float* target = dweights + row * out + column;
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) tile.sum[r][v] = load(target + r * out + v * kLanes);
    }
    tile.multiply(depth, x + row, 1, x_stride, dy + column, out);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) store(target + r * out + v * kLanes, tile.sum[r][v]);
    }
  }
};

void dense(Activation f, std::size_t rows, std::size_t in, std::size_t out, const float* x,
           std::size_t x_stride, const float* weights, const float* bias, float* y) {
  switch (f) {
    case Activation::kTanh:
      return tile(rows, out, Dense<Activation::kTanh>{in, out, x, x_stride, weights, bias, y});
    case Activation::kRelu:
      return tile(rows, out, Dense<Activation::kRelu>{in, out, x, x_stride, weights, bias, y});
    case Activation::kNone:
      return tile(rows, out, Dense<Activation::kNone>{in, out, x, x_stride, weights, bias, y});
  }
}

void dense_inputs(Activation f, std::size_t rows, std::size_t in, std::size_t out, const float* dy,
                  std::size_t dy_stride, const float* transposed, const float* x, float* dx) {
  switch (f) {
    case Activation::kTanh:
      return tile(rows, in,
                  DenseInputs<Activation::kTanh>{in, out, dy, dy_stride, transposed, x, dx});
    case Activation::kRelu:
      return tile(rows, in,
                  DenseInputs<Activation::kRelu>{in, out, dy, dy_stride, transposed, x, dx});
    case Activation::kNone:
      return tile(rows, in,
                  DenseInputs<Activation::kNone>{in, out, dy, dy_stride, transposed, x, dx});
  }
}

void dense_weights(std::size_t rows, std::size_t in, std::size_t out, const float* x,
                   std::size_t x_stride, const float* dy, float* dweights) {
  tile(in, out, DenseWeights{rows, out, x, x_stride, dy, dweights});
}

/// Registers side by side, since the next addition need not wait for the last.
template <std::size_t Vecs>
inline std::size_t add_columns(std::size_t column, std::size_t rows, std::size_t columns,
                               const float* x, float* sums) {
  for (; column + Vecs * kLanes <= columns; column += Vecs * kLanes) {
    Vec sum[Vecs];
#pragma GCC unroll 16
    for (std::size_t v = 0; v < Vecs; ++v) sum[v] = load(sums + column + v * kLanes);
    for (std::size_t r = 0; r < rows; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < Vecs; ++v) sum[v] += load(x + r * columns + column + v * kLanes);
    }
#pragma GCC unroll 16
    for (std::size_t v = 0; v < Vecs; ++v) store(sums + column + v * kLanes, sum[v]);
  }
  return column;
}

void add_rows(std::size_t rows, std::size_t columns, const float* x, float* sums) {
  const std::size_t column = add_columns<4>(0, rows, columns, x, sums);
  add_columns<1>(column, rows, columns, x, sums);
}

/// The lanes of a whose number has the bit `Step` change places with those of b, Step lanes lower,
/// whose number has not: a step of transposing the matrix whose rows a and b are.
template <std::size_t Step, std::size_t... Lane>
inline void exchange(Vec& a, Vec& b, std::index_sequence<Lane...>) {
  const Vec low = __builtin_shufflevector(a, b, (Lane & Step ? kLanes + Lane - Step : Lane)...);
  b = __builtin_shufflevector(a, b, (Lane & Step ? kLanes + Lane : Lane + Step)...);
  a = low;
}

/// Lane i of the result is the sum of the lanes of x[i], added in an order of its own.
template <std::size_t Count, std::size_t Step = 1>
inline Vec lane_sums(Vec* x) {
  constexpr std::size_t kPairs = Count > 1 ? Count / 2 : 1;
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kPairs; ++i) {
    Vec a = x[2 * i];
    Vec b = x[Count > 1 ? 2 * i + 1 : 0];
    exchange<Step>(a, b, std::make_index_sequence<kLanes>{});
    x[i] = a + b;
  }
  if constexpr (2 * Step < kLanes) return lane_sums<kPairs, 2 * Step>(x);
  return x[0];
}

/// Transposes a square of registers.
template <std::size_t Step = 1>
inline void transpose_lanes(Vec* x) {
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kLanes; ++i) {
    if ((i & Step) == 0) exchange<Step>(x[i], x[i + Step], std::make_index_sequence<kLanes>{});
  }
  if constexpr (2 * Step < kLanes) transpose_lanes<2 * Step>(x);
}

void transpose(std::size_t rows, std::size_t columns, const float* x, std::size_t x_stride,
               float* y, std::size_t y_stride) {
  std::size_t i = 0;
  for (; i + kLanes <= rows; i += kLanes) {
    for (std::size_t j = 0; j < columns; j += kLanes) {
      Vec square[kLanes];
#pragma GCC unroll 16
      for (std::size_t k = 0; k < kLanes; ++k) square[k] = load(x + (i + k) * x_stride + j);
      transpose_lanes(square);
#pragma GCC unroll 16
      for (std::size_t k = 0; k < kLanes; ++k) store(y + (j + k) * y_stride + i, square[k]);
    }
  }
  for (; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) y[j * y_stride + i] = x[i * x_stride + j];
  }
}

struct DenseByOutput {
  std::size_t rows, in, out;
  const float* x;
  std::size_t x_stride;
  const float* weights;
  const float* bias;
  float* y;
  std::size_t y_stride;

  template <std::size_t Rows, std::size_t Outputs>
  [[gnu::noinline]] void run(std::size_t row, std::size_t output) {
    Vec sum[Rows * Outputs]{};
    for (std::size_t k = 0; k < in; k += kLanes) {
      Vec right[Outputs];
#pragma GCC unroll 16
      for (std::size_t j = 0; j < Outputs; ++j) right[j] = load(weights + (output + j) * in + k);
#pragma GCC unroll 16
      for (std::size_t r = 0; r < Rows; ++r) {
        const Vec left = load(x + (row + r) * x_stride + k);
#pragma GCC unroll 16
        for (std::size_t j = 0; j < Outputs; ++j) sum[r * Outputs + j] += left * right[j];
      }
    }
    const Vec sums = lane_sums<Rows * Outputs>(sum);
    for (std::size_t r = 0; r < Rows; ++r) {
      for (std::size_t j = 0; j < Outputs; ++j) {
        y[(row + r) * y_stride + output + j] = bias[output + j] + sums[r * Outputs + j];
      }
    }
  }

  /// The outputs from `output` on, `Outputs` at a time while there are as many, then half as many.
  template <std::size_t Outputs>
  void cover(std::size_t output) {
    constexpr std::size_t kRows = kLanes / Outputs;
    for (; output + Outputs <= out; output += Outputs) {
      std::size_t r = 0;
      for (; r + kRows <= rows; r += kRows) run<kRows, Outputs>(r, output);
      for (; r < rows; ++r) run<1, Outputs>(r, output);
    }
    if constexpr (Outputs > 1) cover<Outputs / 2>(output);
  }
};

void dense_by_output(std::size_t rows, std::size_t in, std::size_t out, const float* x,
                     std::size_t x_stride, const float* weights, const float* bias, float* y,
                     std::size_t y_stride) {
  constexpr std::size_t kMost = kLanes < 8 ? kLanes : 8;
  DenseByOutput{rows, in, out, x, x_stride, weights, bias, y, y_stride}.cover<kMost>(0);
}

/// Cephes' logf, for x that is normal and positive.
inline Vec log(Vec x) {
  const IntVec bits = reinterpret_cast<IntVec>(x);
  IntVec power = (bits >> 23) - 126;
  Vec m = reinterpret_cast<Vec>((bits & 0x007fffff) | 0x3f000000);
  const IntVec small = m < 0.707106781186547524f;  // -1 where it is
  power += small;
  m = small ? m + m : m;
  m = m - 1.0f;
  const Vec n = __builtin_convertvector(power, Vec);
  const Vec z = m * m;
  Vec y = m * 7.0376836292e-2f - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z + n * -2.12194440e-4f - 0.5f * z;
  return m + y + n * 0.693359375f;
}

/// What join(a, b) makes of all lanes, in all lanes.
template <std::size_t Step = 1, typename Join, std::size_t... Lane>
inline Vec across(Vec x, Join join, std::index_sequence<Lane...> lanes) {
  x = join(x, __builtin_shufflevector(x, x, (Lane ^ Step)...));
  if constexpr (2 * Step < kLanes) return across<2 * Step>(x, join, lanes);
  return x;
}

template <std::size_t... Lane>
inline IntVec lane_numbers(std::index_sequence<Lane...>) {
  return IntVec{static_cast<int>(Lane)...};
}

/// The first lanes of a row's last register, where the row is narrower.
struct RowEnd {
  std::size_t width;

  IntVec within(std::size_t column) const {
    return lane_numbers(std::make_index_sequence<kLanes>{}) < static_cast<int>(width - column);
  }
  Vec get(const float* row, std::size_t column, float beyond) const {
    return within(column) ? load(row + column) : Vec{} + beyond;
  }
  void put(float* row, std::size_t column, Vec value) const {
    store(row + column, within(column) ? value : load(row + column));
  }
};

void log_softmax(std::size_t rows, std::size_t choices, std::size_t stride, float* logits,
                 const signed char* mask, std::size_t mask_stride, float* p) {
  constexpr float kImpossible = -1e8f;
  constexpr std::make_index_sequence<kLanes> kAll;
  const RowEnd end{choices};
  for (std::size_t first = 0; first < rows; first += kLanes) {
    const std::size_t count = rows - first < kLanes ? rows - first : kLanes;
    float largest[kLanes]{}, sums[kLanes];
    store(sums, Vec{} + 1.0f);
    for (std::size_t r = 0; r < count; ++r) {
      float* row = logits + (first + r) * stride;
      float* p_row = p + (first + r) * stride;
      if (mask != nullptr) {
        const signed char* allowed = mask + (first + r) * mask_stride;
        for (std::size_t j = 0; j < choices; ++j) row[j] = allowed[j] != 0 ? row[j] : kImpossible;
      }
      Vec top = Vec{} + kImpossible;
      for (std::size_t j = 0; j < choices; j += kLanes) {
        top = larger(top, end.get(row, j, kImpossible));
      }
      top = across(top, larger, kAll);
      Vec sum{};
      for (std::size_t j = 0; j < choices; j += kLanes) {
        const Vec e = exp_of_negative(end.get(row, j, kImpossible) - top);
        end.put(p_row, j, e);
        sum += e;
      }
      sum = across(
          sum, [](Vec a, Vec b) { return a + b; }, kAll);
      largest[r] = top[0];
      sums[r] = sum[0];
    }
    float shift[kLanes], scale[kLanes];
    store(shift, load(largest) + log(load(sums)));
    store(scale, 1.0f / load(sums));
    for (std::size_t r = 0; r < count; ++r) {
      float* row = logits + (first + r) * stride;
      float* p_row = p + (first + r) * stride;
      for (std::size_t j = 0; j < choices; j += kLanes) {
        end.put(row, j, load(row + j) - shift[r]);
        end.put(p_row, j, load(p_row + j) * scale[r]);
      }
    }
  }
}

double squared_norm(std::size_t size, const float* x) {
  Vec sum{};
  for (std::size_t i = 0; i < size; i += kLanes) {
    const Vec value = load(x + i);
    sum += value * value;
  }
  double total = 0.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) total += static_cast<double>(sum[lane]);
  return total;
}

inline Vec root(Vec x) {
  Vec y;
  for (std::size_t lane = 0; lane < kLanes; ++lane) y[lane] = __builtin_sqrtf(x[lane]);
  return y;
}

void adam(const AdamStep& step, std::size_t size, const float* gradient, float* mean, float* square,
          float* parameters) {
  for (std::size_t i = 0; i < size; i += kLanes) {
    const Vec g = load(gradient + i) * step.scale;
    const Vec m = load(mean + i) * step.beta1 + g * (1.0f - step.beta1);
    const Vec s = load(square + i) * step.beta2 + g * g * (1.0f - step.beta2);
    store(mean + i, m);
    store(square + i, s);
    store(parameters + i,
          load(parameters + i) - step.rate * m / (root(s) * step.root_scale + step.epsilon));
  }
}

}  // namespace

extern const Kernels AICMP_KERNELS;
const Kernels AICMP_KERNELS = {.name = AICMP_KERNEL_NAME,
                               .dense = dense,
                               .dense_by_output = dense_by_output,
                               .dense_inputs = dense_inputs,
                               .dense_weights = dense_weights,
                               .transpose = transpose,
                               .add_rows = add_rows,
                               .log_softmax = log_softmax,
                               .squared_norm = squared_norm,
                               .adam = adam};

}  // namespace aicmp
