#pragma once

#include <cstddef>
#include <vector>

#include "agents/floats.hpp"
#include "agents/kernels/kernels.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// Rows that are worked on at a time: their activations stay in the cache.
inline constexpr std::size_t kChunkRows = 64;

/// A fully connected net whose parameters lie in one flat vector, layer after layer: weights
/// [in][padded(out)], then biases [padded(out)]. A last layer of few outputs has its weights
/// [out][padded(in)] instead: padded outputs would be most of its work. Immutable; memory is the
/// caller's.
class Mlp {
 public:
  struct Layer {
    std::size_t in;
    std::size_t out;
    std::size_t weights;  // offsets into the parameters
    std::size_t bias;
    Activation activation;
    bool by_output;  // weights are [out][padded(in)]

    /// Distance of rows of outputs.
    std::size_t stride() const { return padded(out); }
    /// Where the weight of input i on output j is in the parameters.
    std::size_t weight(std::size_t i, std::size_t j) const {
      return weights + (by_output ? j * padded(in) + i : i * stride() + j);
    }
  };

  /// Activations of one chunk and their gradients; one for each thread.
  struct Workspace {
    std::vector<Floats> outputs;     // of each layer, [kChunkRows][padded(out)]
    std::vector<Floats> gradients;   // of the loss by what enters the layer's activation
    std::vector<Floats> transposed;  // weights, [padded(out)][padded(in)], that backward() needs

    const float* output() const { return outputs.back().data(); }
    float* output_gradient() { return gradients.back().data(); }
  };

  /// Hidden layers have `activation`, the last has none.
  Mlp(std::size_t inputs, const std::vector<std::size_t>& hidden, std::size_t outputs,
      Activation activation);

  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t inputs() const { return layers_.front().in; }
  std::size_t outputs() const { return layers_.back().out; }
  std::size_t output_stride() const { return layers_.back().stride(); }
  /// Number of parameters, a multiple of kPadding.
  std::size_t size() const { return size_; }

  /// Orthogonal weights (Saxe et al., 2014) of gain sqrt(2), of the last layer `last_gain`; biases
  /// 0.
  void initialise(float* parameters, Rng& rng, double last_gain) const;

  Workspace workspace() const;
  /// Outputs of up to kChunkRows rows of `x` [rows][inputs], into `space`.
  void forward(const float* parameters, const float* x, std::size_t rows, Workspace& space) const;
  /// What backward() needs of the weights; once after each change of the parameters.
  void transpose(const float* parameters, Workspace& space) const;
  /// Adds to `gradient` what space.output_gradient() gives for the rows of the last forward(),
  /// whose `parameters` these are.
  void backward(const float* parameters, const float* x, std::size_t rows, Workspace& space,
                float* gradient) const;

 private:
  std::vector<Layer> layers_;
  std::size_t size_ = 0;
};

}  // namespace aicmp
