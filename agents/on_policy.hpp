#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agents/actor_critic.hpp"
#include "agents/adam.hpp"
#include "agents/learner.hpp"
#include "agents/on_policy_config.hpp"
#include "agents/play.hpp"
#include "agents/policy_gradient.hpp"
#include "agents/rewards.hpp"
#include "agents/rollout.hpp"
#include "agents/run_settings.hpp"
#include "agents/running_moments.hpp"

namespace aicmp {

/// Plays with its policy, learns from what that brought, and forgets it.
class OnPolicy : public Learner {
 public:
  OnPolicy(const RunSettings& run, const OnPolicyConfig& config, std::unique_ptr<Environment> env);

  void iterate() override;
  std::int64_t steps() const override {
    return iterations_ * static_cast<std::int64_t>(rollout_.size());
  }
  std::int64_t steps_per_iteration() const override {
    return static_cast<std::int64_t>(rollout_.size());
  }
  Metrics metrics() const override;
  PolicyModel policy() const override;
  void save(Archive& archive) const override;
  void load(const Archive& archive) override;

  const ActorCritic& net() const { return net_; }
  const float* parameters() const { return parameters_.data(); }
  const ObservationScale& observation_scale() const { return scale_; }
  const Play& play() const { return play_; }

 protected:
  /// Learns from rollout(); returns the mean loss of its steps.
  virtual PolicyLoss learn() = 0;

  const Rollout& rollout() const { return rollout_; }
  /// Draws for the order of rows in this iteration.
  Rng order_rng() const;
  /// One step down the gradient of the loss of `rows`, for a recurrent policy whole sequences.
  /// `terms` without the weights of the config.
  PolicyLoss descend(std::span<const std::uint32_t> rows, PolicyLossTerms terms);

 private:
  double learning_rate() const;
  bool taught() const { return steps() < run_.imitation.steps; }

  RunSettings run_;
  OnPolicyConfig config_;
  Play play_;
  ActorCritic net_;
  Floats parameters_;
  Floats slopes_;  // of the loss by the parameters
  Adam adam_;
  std::unique_ptr<PolicyGradient> gradient_;
  RunningMoments observed_;
  ObservationScale scale_;
  Rewards rewards_;
  Rollout rollout_;
  std::int64_t iterations_ = 0;
  PolicyLoss loss_;
  double explained_variance_ = 0.0;
};

}  // namespace aicmp
