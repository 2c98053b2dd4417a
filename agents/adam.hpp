#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/archive.hpp"
#include "agents/floats.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// Adam (Kingma and Ba, 2015) over one flat vector, after clipping the gradient's global norm.
class Adam {
 public:
  /// `size` is a multiple of kPadding.
  Adam(std::size_t size, double epsilon);

  /// One step; returns the norm of the gradient as it came. Nothing happens if that is not finite.
  /// `max_norm` 0: no clipping. The result does not depend on the number of threads.
  double step(const float* gradient, float* parameters, double learning_rate, double max_norm,
              Workers& workers);

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  double epsilon_;
  std::int64_t steps_ = 0;
  Floats mean_;
  Floats square_;
  std::vector<double> block_norm_;  // squared
};

}  // namespace aicmp
