#include "agents/policy_gradient.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

// From so many on, halves of the rows end together sooner than the two nets do.
constexpr std::size_t kManyRows = 4096;

}  // namespace

FusedGradient::FusedGradient(const ActorCritic& net, Workers& workers)
    : net_(net), workers_(workers) {
  AICMP_ASSERT(!net.memory());
  for (std::size_t i = 0; i < workers.threads(); ++i) {
    parts_.push_back({net.workspace(), Floats(i == 0 ? 0 : net.size()), {}});
  }
}

PolicyLoss FusedGradient::differentiate(const float* parameters, const PolicySamples& samples,
                                        std::span<const std::uint32_t> rows,
                                        const PolicyLossTerms& terms, float* gradient) {
  const std::size_t parts = parts_.size();
  const bool by_net = parts == 2 && rows.size() < kManyRows;
  workers_.share(parts, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      Part& part = parts_[i];
      const Nets nets = !by_net ? Nets::kBoth : i == 0 ? Nets::kPolicy : Nets::kValue;
      const std::size_t begin = by_net ? 0 : rows.size() * i / parts;
      const std::size_t end = by_net ? rows.size() : rows.size() * (i + 1) / parts;
      float* own = by_net || i == 0 ? gradient : part.gradient.data();
      net_.zero(nets, own);
      part.loss = {};
      net_.add_loss(parameters, samples, rows.subspan(begin, end - begin), rows.size(), terms, nets,
                    part.space, own, part.loss);
    }
  });
  PolicyLoss total;
  for (std::size_t i = 0; i < parts; ++i) {
    total += parts_[i].loss;
    if (by_net || i == 0) continue;
    for (std::size_t k = 0; k < net_.size(); ++k) gradient[k] += parts_[i].gradient[k];
  }
  return total;
}

}  // namespace aicmp
