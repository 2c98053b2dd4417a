#pragma once

#include <cstdint>

namespace aicmp {

/// What PPO and A2C have in common.
struct OnPolicyConfig {
  std::int64_t rollout_steps = 128;  // of each environment
  double learning_rate = 3e-4;
  bool anneal = true;  // linearly to 0 at the end of the run
  double gae_lambda = 0.95;
  double value_weight = 0.5;
  double entropy_weight = 0.01;
  double max_gradient_norm = 0.5;  // 0: no clipping
};

struct PpoConfig : OnPolicyConfig {
  std::int64_t minibatch = 256;  // rows; the last of an epoch may have fewer
  std::int64_t epochs = 4;
  double clip = 0.2;
  bool normalise_advantages = true;  // in each minibatch
  double target_kl = 0.0;            // ends an iteration after an epoch that went further; 0: none
};

struct A2cConfig : OnPolicyConfig {
  A2cConfig() {
    rollout_steps = 5;
    learning_rate = 7e-4;
    gae_lambda = 1.0;
  }
};

}  // namespace aicmp
