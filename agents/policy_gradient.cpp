#include "agents/policy_gradient.hpp"

#include <algorithm>

namespace aicmp {

FusedGradient::FusedGradient(const ActorCritic& net, Workers& workers)
    : net_(net), workers_(workers) {
  const auto add = [&](Nets nets, std::size_t shares) {
    for (std::size_t share = 0; share < shares; ++share) {
      parts_.push_back(
          {nets, share, shares, net.workspace(), Floats(share == 0 ? 0 : net.size()), {}});
    }
  };
  const std::size_t threads = workers.threads();
  if (threads == 1) {
    add(Nets::kBoth, 1);
  } else {
    add(Nets::kPolicy, threads - threads / 2);
    add(Nets::kValue, threads / 2);
  }
}

PolicyLoss FusedGradient::differentiate(const float* parameters, const PolicySamples& samples,
                                        std::span<const std::uint32_t> rows,
                                        const PolicyLossTerms& terms, float* gradient) {
  workers_.share(parts_.size(), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      Part& part = parts_[i];
      float* own = part.share == 0 ? gradient : part.gradient.data();
      net_.zero(part.nets, own);
      const std::size_t begin = rows.size() * part.share / part.shares;
      const std::size_t end = rows.size() * (part.share + 1) / part.shares;
      part.loss = {};
      net_.add_loss(parameters, samples, rows.subspan(begin, end - begin), rows.size(), terms,
                    part.nets, part.space, own, part.loss);
    }
  });
  PolicyLoss total;
  for (const Part& part : parts_) {
    for (std::size_t k = 0; k < part.gradient.size(); ++k) gradient[k] += part.gradient[k];
    total += part.loss;
  }
  return total;
}

}  // namespace aicmp
