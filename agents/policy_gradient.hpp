#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agents/actor_critic.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// A way to the gradient of ActorCritic's loss.
class PolicyGradient {
 public:
  virtual ~PolicyGradient() = default;

  /// Returns the mean loss over `rows` of `samples` and writes its gradient. Of a recurrent net
  /// `rows` are whole sequences, [samples.steps][chosen environments].
  virtual PolicyLoss differentiate(const float* parameters, const PolicySamples& samples,
                                   std::span<const std::uint32_t> rows,
                                   const PolicyLossTerms& terms, float* gradient) = 0;
};

/// The fused loss, shared by threads: the rows of the policy and behind them those of the value, in
/// whole chunks. So of two threads each has the parameters of one net to itself, but for the chunks
/// that make both end at the same time. The sum of the gradients has a fixed order: it depends on
/// the number of threads, where there are as many rows. Not for recurrent nets.
class FusedGradient final : public PolicyGradient {
 public:
  FusedGradient(const ActorCritic& net, Workers& workers);

  PolicyLoss differentiate(const float* parameters, const PolicySamples& samples,
                           std::span<const std::uint32_t> rows, const PolicyLossTerms& terms,
                           float* gradient) override;

 private:
  /// What one thread does for one net.
  struct Piece {
    bool leads = false;  // begins the net: writes into the caller's gradient
    std::size_t begin = 0, end = 0;
  };
  struct Part {
    ActorCritic::Workspace space;
    Floats gradient;  // of pieces that do not lead
    Piece policy, value;
    PolicyLoss loss;
  };

  void divide(std::size_t rows);

  const ActorCritic& net_;
  Workers& workers_;
  std::vector<Part> parts_;
};

}  // namespace aicmp
