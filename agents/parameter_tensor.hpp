#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace aicmp {

/// The flat parameters of a learner as a leaf of libtorch's autograd, with their gradient. Losses
/// that are fused by hand enter the graph as one custom autograd function.
class ParameterTensor {
 public:
  /// Adds the gradient of a loss to the zeros it is given, and returns the loss.
  using FusedLoss = std::function<double(float* gradient)>;

  explicit ParameterTensor(std::size_t size);
  ParameterTensor(const ParameterTensor&) = delete;
  ParameterTensor& operator=(const ParameterTensor&) = delete;
  ~ParameterTensor();

  std::size_t size() const { return size_; }
  float* values() { return values_; }
  const float* values() const { return values_; }
  /// Of the last loss; nullptr before the first.
  float* gradient();

  /// The gradient as zeros to add to, for losses that leave the graph out.
  float* zero_gradient();

  /// loss.backward(); the gradient replaces the last one. Returns the loss.
  double backward(const FusedLoss& loss);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::size_t size_;
  float* values_;
};

}  // namespace aicmp
