#include "agents/adam.hpp"

#include <cmath>

#include "agents/kernels/kernels.hpp"

namespace aicmp {

double Adam::step(const float* gradient, float* parameters, double learning_rate, double max_norm) {
  constexpr double kBeta1 = 0.9;
  constexpr double kBeta2 = 0.999;
  const double norm = std::sqrt(kernels().squared_norm(mean_.size(), gradient));
  if (!std::isfinite(norm)) return norm;
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const double scale = max_norm > 0.0 && norm > max_norm ? max_norm / (norm + 1e-6) : 1.0;
  kernels().adam({.scale = static_cast<float>(scale),
                  .rate = static_cast<float>(learning_rate / (1.0 - std::pow(kBeta1, t))),
                  .root_scale = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(kBeta2, t))),
                  .beta1 = static_cast<float>(kBeta1),
                  .beta2 = static_cast<float>(kBeta2),
                  .epsilon = static_cast<float>(epsilon_)},
                 mean_.size(), gradient, mean_.data(), square_.data(), parameters);
  return norm;
}

void Adam::save(Archive& archive) const {
  archive.put("adam.steps", steps_);
  archive.put("adam.mean", mean_.data(), mean_.size());
  archive.put("adam.square", square_.data(), square_.size());
}

void Adam::load(const Archive& archive) {
  archive.get("adam.steps", steps_);
  archive.get("adam.mean", mean_.data(), mean_.size());
  archive.get("adam.square", square_.data(), square_.size());
}

}  // namespace aicmp
