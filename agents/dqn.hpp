#pragma once

#include <memory>
#include <vector>

#include "agents/adam.hpp"
#include "agents/dqn_config.hpp"
#include "agents/learner.hpp"
#include "agents/n_step.hpp"
#include "agents/play.hpp"
#include "agents/q_gradient.hpp"
#include "agents/q_net.hpp"
#include "agents/replay.hpp"
#include "agents/rewards.hpp"
#include "agents/run_settings.hpp"
#include "agents/running_moments.hpp"

namespace aicmp {

/// Deep Q-learning (Mnih et al., Nature 2015) with the parts that Hessel et al. (arXiv:1710.02298)
/// found to matter, each by option: double, dueling, n-step, prioritised replay.
class Dqn final : public Learner {
 public:
  /// Throws ConfigError for a problem that is not one choice among several.
  Dqn(const RunSettings& run, const DqnConfig& config, std::unique_ptr<Environment> env);

  void iterate() override;
  std::int64_t steps() const override { return steps_; }
  std::int64_t steps_per_iteration() const override;
  Metrics metrics() const override;
  /// Its outputs are Q; the largest decides.
  PolicyModel policy() const override;
  void save(Archive& archive) const override;
  void load(const Archive& archive) override;

  const QNet& net() const { return net_; }
  const float* parameters() const { return parameters_.data(); }
  const ObservationScale& observation_scale() const { return scale_; }
  const Play& play() const { return play_; }

 private:
  double epsilon() const;
  double learning_rate() const;
  /// Every environment steps once.
  void act(Rng& rng);
  /// One step down the gradient of a batch of the replay.
  void learn(Rng& rng);
  void update_target();

  RunSettings run_;
  DqnConfig config_;
  Play play_;
  QNet net_;
  Floats parameters_;
  Floats slopes_;  // of the loss by the parameters
  Floats target_;
  Adam adam_;
  Replay replay_;
  NStep n_step_;
  RunningMoments observed_;
  ObservationScale scale_;
  Rewards rewards_;
  QGradient gradient_;
  std::int64_t iterations_ = 0;
  std::int64_t steps_ = 0;
  std::int64_t lessons_ = 0;
  double td_loss_ = 0.0;  // means over the last iteration
  double q_values_ = 0.0;

  Mlp::Workspace space_;
  std::vector<std::uint32_t> indices_;
  Floats acting_x_, acting_q_;
  std::vector<float> weight_, error_, previous_;
  std::vector<std::int64_t> choices_;
};

}  // namespace aicmp
