#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agents/actor_critic.hpp"
#include "agents/adam.hpp"
#include "agents/learner.hpp"
#include "agents/parameter_tensor.hpp"
#include "agents/play.hpp"
#include "agents/policy_gradient.hpp"
#include "agents/rewards.hpp"
#include "agents/rollout.hpp"
#include "agents/running_moments.hpp"

namespace aicmp {

/// What PPO and A2C have in common.
struct OnPolicyConfig {
  std::uint64_t seed = 1;
  std::int64_t total_steps = 1'000'000;  // where the learning rate arrives at 0, if it falls
  int threads = 1;
  std::vector<std::size_t> hidden = {64, 64};
  Activation activation = Activation::kTanh;
  bool normalise_observations = true;
  Rewards::Config rewards;
  std::int64_t rollout_steps = 128;  // of each environment
  double learning_rate = 3e-4;
  bool anneal = true;  // linearly
  double gae_lambda = 0.95;
  double value_weight = 0.5;
  double entropy_weight = 0.01;
  double max_gradient_norm = 0.5;
  double adam_epsilon = 1e-5;
};

/// Plays with its policy, learns from what that brought, and forgets it.
class OnPolicy : public Learner {
 public:
  OnPolicy(const OnPolicyConfig& config, std::unique_ptr<Environment> env);

  void iterate() override;
  std::int64_t steps() const override {
    return iterations_ * static_cast<std::int64_t>(rollout_.size());
  }
  std::int64_t steps_per_iteration() const override {
    return static_cast<std::int64_t>(rollout_.size());
  }
  Metrics metrics() const override;
  void save(Archive& archive) const override;
  void load(const Archive& archive) override;

  const ActorCritic& net() const { return net_; }
  const float* parameters() const { return parameters_.values(); }
  const ObservationScale& observation_scale() const { return scale_; }
  const Play& play() const { return play_; }

 protected:
  /// Learns from rollout(); returns the mean loss of its steps.
  virtual PolicyLoss learn() = 0;

  const Rollout& rollout() const { return rollout_; }
  /// Draws for the order of rows in this iteration.
  Rng order_rng() const;
  /// One step down the gradient of the loss of `rows`. `terms` without the weights of the config.
  PolicyLoss descend(std::span<const std::uint32_t> rows, PolicyLossTerms terms);

 private:
  double learning_rate() const;

  OnPolicyConfig config_;
  Play play_;
  ActorCritic net_;
  ParameterTensor parameters_;
  Adam adam_;
  PolicyGradient gradient_;
  ActorCritic::Workspace space_;
  RunningMoments observed_;
  ObservationScale scale_;
  Rewards rewards_;
  Rollout rollout_;
  std::int64_t iterations_ = 0;
  PolicyLoss loss_;
  double explained_variance_ = 0.0;
};

}  // namespace aicmp
