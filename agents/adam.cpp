#include "agents/adam.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "agents/kernels/kernels.hpp"

namespace aicmp {
namespace {

// What threads share; short, so that a sum of floats loses no digits that count.
constexpr std::size_t kBlock = 1024;

}  // namespace

Adam::Adam(std::size_t size, double epsilon)
    : epsilon_(epsilon), mean_(size), square_(size), block_norm_((size + kBlock - 1) / kBlock) {}

double Adam::step(const float* gradient, float* parameters, double learning_rate, double max_norm,
                  Workers& workers) {
  constexpr double kBeta1 = 0.9;
  constexpr double kBeta2 = 0.999;
  const auto on_blocks = [&](const auto& body) {
    workers.share(block_norm_.size(), [&](std::size_t first, std::size_t last) {
      for (std::size_t block = first; block < last; ++block) {
        const std::size_t begin = block * kBlock;
        body(block, begin, std::min(kBlock, mean_.size() - begin));
      }
    });
  };
  on_blocks([&](std::size_t block, std::size_t begin, std::size_t size) {
    block_norm_[block] = kernels().squared_norm(size, gradient + begin);
  });
  const double norm = std::sqrt(std::accumulate(block_norm_.begin(), block_norm_.end(), 0.0));
  if (!std::isfinite(norm)) return norm;
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const double scale = max_norm > 0.0 && norm > max_norm ? max_norm / (norm + 1e-6) : 1.0;
  const AdamStep step{.scale = static_cast<float>(scale),
                      .rate = static_cast<float>(learning_rate / (1.0 - std::pow(kBeta1, t))),
                      .root_scale = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(kBeta2, t))),
                      .beta1 = static_cast<float>(kBeta1),
                      .beta2 = static_cast<float>(kBeta2),
                      .epsilon = static_cast<float>(epsilon_)};
  on_blocks([&](std::size_t, std::size_t begin, std::size_t size) {
    kernels().adam(step, size, gradient + begin, mean_.data() + begin, square_.data() + begin,
                   parameters + begin);
  });
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
