#include "agents/policy_gradient.hpp"

#include <algorithm>

namespace aicmp {

FusedGradient::FusedGradient(const ActorCritic& net, int threads) : net_(net) {
  for (int i = 0; i < threads; ++i) {
    parts_.push_back({net.workspace(), Floats(i == 0 ? 0 : net.size()), {}});
  }
  if (threads > 1) workers_ = std::make_unique<Workers>(threads);
}

PolicyLoss FusedGradient::add(const float* parameters, const PolicySamples& samples,
                              std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                              float* gradient) {
  const std::size_t parts = parts_.size();
  const auto run = [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      Part& part = parts_[i];
      part.loss = {};
      std::fill(part.gradient.begin(), part.gradient.end(), 0.0f);
      const std::size_t begin = rows.size() * i / parts;
      const std::size_t end = rows.size() * (i + 1) / parts;
      net_.prepare(parameters, part.space);
      net_.add_loss(parameters, samples, rows.subspan(begin, end - begin), rows.size(), terms,
                    part.space, i == 0 ? gradient : part.gradient.data(), part.loss);
    }
  };
  if (workers_) {
    workers_->share(parts, run);
  } else {
    run(0, parts);
  }
  PolicyLoss total = parts_.front().loss;
  for (std::size_t i = 1; i < parts; ++i) {
    const Part& part = parts_[i];
    for (std::size_t k = 0; k < part.gradient.size(); ++k) gradient[k] += part.gradient[k];
    total += part.loss;
  }
  return total;
}

}  // namespace aicmp
