#pragma once

#include "agents/on_policy.hpp"

namespace aicmp {

/// Proximal policy optimisation (Schulman et al., arXiv:1707.06347).
class Ppo final : public OnPolicy {
 public:
  Ppo(const RunSettings& run, const PpoConfig& config, std::unique_ptr<Environment> env);

 protected:
  PolicyLoss learn() override;

 private:
  PpoConfig config_;
  std::vector<std::uint32_t> order_;  // of rows; of a recurrent policy of environments
  std::vector<std::uint32_t> rows_;   // of a minibatch
};

}  // namespace aicmp
