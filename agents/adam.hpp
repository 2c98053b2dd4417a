#pragma once

#include <cstddef>
#include <cstdint>

#include "agents/archive.hpp"
#include "agents/floats.hpp"

namespace aicmp {

/// Adam (Kingma and Ba, 2015) over one flat vector, after clipping the gradient's global norm.
class Adam {
 public:
  /// `size` is a multiple of kPadding.
  Adam(std::size_t size, double epsilon) : epsilon_(epsilon), mean_(size), square_(size) {}

  /// One step; returns the norm of the gradient as it came. Nothing happens if that is not finite.
  /// `max_norm` 0: no clipping.
  double step(const float* gradient, float* parameters, double learning_rate, double max_norm);

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  double epsilon_;
  std::int64_t steps_ = 0;
  Floats mean_;
  Floats square_;
};

}  // namespace aicmp
