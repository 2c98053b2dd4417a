#pragma once

#include "agents/on_policy.hpp"

namespace aicmp {

struct PpoConfig : OnPolicyConfig {
  std::int64_t minibatch = 256;  // rows; the last of an epoch may have fewer
  std::int64_t epochs = 4;
  double clip = 0.2;
  bool normalise_advantages = true;  // in each minibatch
  double target_kl = 0.0;            // ends an iteration after an epoch that went further; 0: none
};

/// Proximal policy optimisation (Schulman et al., arXiv:1707.06347).
class Ppo final : public OnPolicy {
 public:
  Ppo(const PpoConfig& config, std::unique_ptr<Environment> env);

 protected:
  PolicyLoss learn() override;

 private:
  PpoConfig config_;
  std::vector<std::uint32_t> order_;
};

}  // namespace aicmp
