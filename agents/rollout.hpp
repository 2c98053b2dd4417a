#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/actor_critic.hpp"
#include "agents/advantages.hpp"
#include "agents/archive.hpp"
#include "agents/play.hpp"
#include "agents/rewards.hpp"
#include "agents/run_settings.hpp"
#include "agents/running_moments.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// What a policy did in `steps` steps of every environment, [steps][envs], and what it is to learn
/// from that.
class Rollout {
 public:
  Rollout(std::size_t steps, const Play& play, const ActorCritic& net, Workers& workers);

  /// Plays on with the policy, or as its `teacher` does unless nullptr, whose actions are then what
  /// samples() hold, whoever plays; afterwards these are ready but for their advantages. `scale` is
  /// applied to observations; what came in raw goes to `seen` unless nullptr. Each group of
  /// environments draws its actions from an element of `rngs`.
  void collect(Play& play, const float* parameters, const ObservationScale& scale, double discount,
               std::vector<Rng> rngs, RunningMoments* seen, const Imitation* teacher);
  void finish(Rewards& rewards, double lambda);

  // What a recurrent policy remembers from one rollout to the next.
  void save(Archive& archive) const;
  void load(const Archive& archive);

  std::size_t size() const { return steps_ * envs_; }
  std::size_t groups() const { return (envs_ + kGroupRows - 1) / kGroupRows; }
  PolicySamples samples() const;
  const Floats& advantage() const { return advantage_; }
  /// 1 - Var(target - value) / Var(target) of the values that were used.
  double explained_variance() const;

 private:
  static constexpr std::size_t kGroupRows = 32;

  /// Draws the actions of step `t` of all environments.
  void act(const Play& play, const float* parameters, const ObservationScale& scale, std::size_t t,
           std::vector<Rng>& rngs);
  /// Calls body(first, last, workspace) for parts of [0, count), one for each thread at most.
  template <typename Body>
  void share(std::size_t count, const Body& body);

  const ActorCritic& net_;
  Workers& workers_;
  std::vector<ActorCritic::Workspace> spaces_;  // one for each thread
  std::size_t steps_;
  std::size_t envs_;
  std::size_t width_;
  std::size_t mask_width_;
  std::size_t state_width_;
  Floats observation_, numbers_, log_prob_, value_, next_value_, discount_, reward_, advantage_,
      value_target_;
  std::vector<float> raw_;  // observations as they came
  std::vector<std::int64_t> choices_, played_choices_;
  std::vector<std::int8_t> mask_;
  std::vector<std::uint8_t> terminated_, ended_;
  std::vector<double> raw_reward_, dt_;
  std::vector<std::uint32_t> final_rows_;
  Floats final_observation_, final_value_, played_numbers_;
  Floats state_, first_state_, final_state_;  // of recurrent policies: now, at the start, at an end
};

}  // namespace aicmp
