#pragma once

#include "agents/on_policy.hpp"

namespace aicmp {

/// Synchronous advantage actor-critic (Mnih et al., arXiv:1602.01783): one step down the gradient
/// of each short rollout.
class A2c final : public OnPolicy {
 public:
  A2c(const RunSettings& run, const A2cConfig& config, std::unique_ptr<Environment> env);

 protected:
  PolicyLoss learn() override;

 private:
  std::vector<std::uint32_t> rows_;
};

}  // namespace aicmp
