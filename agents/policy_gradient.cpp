#include "agents/policy_gradient.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {
namespace {

// Of the time that a row of both nets takes. Seen of 64 x 64 units and 8 choices.
constexpr double kPolicyTime = 0.54;

}  // namespace

FusedGradient::FusedGradient(const ActorCritic& net, Workers& workers)
    : net_(net), workers_(workers) {
  for (std::size_t i = 0; i < workers.threads(); ++i) {
    parts_.push_back({net.workspace(), Floats(net.size()), {}, {}, {}});
  }
}

void FusedGradient::divide(std::size_t rows) {
  const auto row_at = [&](double part) {
    const double chunks = static_cast<double>(rows) / static_cast<double>(kChunkRows);
    const auto chunk = static_cast<std::size_t>(std::round(std::clamp(part, 0.0, 1.0) * chunks));
    return part >= 1.0 ? rows : std::min(rows, chunk * kChunkRows);
  };
  const auto piece = [&](double first, double last) {
    return Piece{first <= 0.0 && last > 0.0, row_at(first), row_at(last)};
  };
  const auto threads = static_cast<double>(parts_.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const double first = static_cast<double>(i) / threads;
    const double last = static_cast<double>(i + 1) / threads;
    parts_[i].policy = piece(first / kPolicyTime, last / kPolicyTime);
    parts_[i].value = piece((first - kPolicyTime) / (1.0 - kPolicyTime),
                            (last - kPolicyTime) / (1.0 - kPolicyTime));
  }
}

PolicyLoss FusedGradient::differentiate(const float* parameters, const PolicySamples& samples,
                                        std::span<const std::uint32_t> rows,
                                        const PolicyLossTerms& terms, float* gradient) {
  divide(rows.size());
  const auto add_loss = [&](Nets nets, const Piece& piece, Part& part) {
    float* own = piece.leads ? gradient : part.gradient.data();
    net_.zero(nets, own);
    net_.add_loss(parameters, samples, rows.subspan(piece.begin, piece.end - piece.begin),
                  rows.size(), terms, nets, part.space, own, part.loss);
  };
  workers_.share(parts_.size(), [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      Part& part = parts_[i];
      part.loss = {};
      if (parts_.size() == 1) {
        add_loss(Nets::kBoth, part.policy, part);  // gathers rows once
        continue;
      }
      for (const auto& [nets, piece] :
           {std::pair(Nets::kPolicy, part.policy), std::pair(Nets::kValue, part.value)}) {
        if (piece.leads || piece.begin < piece.end) add_loss(nets, piece, part);
      }
    }
  });
  PolicyLoss total;
  for (const Part& part : parts_) {
    total += part.loss;
    for (const auto& [nets, piece] :
         {std::pair(Nets::kPolicy, part.policy), std::pair(Nets::kValue, part.value)}) {
      if (!piece.leads && piece.begin < piece.end) net_.add(nets, part.gradient.data(), gradient);
    }
  }
  return total;
}

}  // namespace aicmp
