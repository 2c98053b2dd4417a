#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agents/archive.hpp"
#include "envs/environment.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// Numbered random streams of a training run, entities of StreamId::kPolicy.
enum class PolicyStream : std::uint32_t { kWorlds, kWeights, kActions, kOrder, kReplay };

/// Draws of a run's `stream`; `block` numbers what keeps no generator between draws, `group` those
/// who draw side by side.
Rng policy_rng(std::uint64_t seed, PolicyStream stream, std::uint32_t block = 0,
               std::uint32_t group = 0);

/// What finished episodes amounted to, over the last 100 of them.
class EpisodeLog {
 public:
  EpisodeLog(Score score, double discount, std::size_t envs);

  void add(std::size_t env, double reward, double dt, bool ended);

  /// Episodes finished since the start.
  std::int64_t episodes() const { return episodes_; }
  /// NaN as long as none has finished.
  double mean_return() const { return mean(&Finished::sum); }
  double mean_length() const { return mean(&Finished::steps); }
  /// In the measure of the problem.
  double mean_score() const { return mean(&Finished::score); }

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  static constexpr std::size_t kKept = 100;
  struct Running {
    double sum = 0.0;
    double time = 0.0;
    double steps = 0.0;
    double discounted = 0.0;
    double factor = 1.0;
  };
  struct Finished {
    double sum = 0.0;
    double steps = 0.0;
    double score = 0.0;
  };
  double mean(double Finished::*number) const;

  Score score_;
  double discount_;
  std::int64_t episodes_ = 0;
  std::vector<Running> running_;
  std::vector<Finished> finished_;  // a ring
};

/// A batch of environments that a learner plays in, with its buffers. An episode that ends is
/// followed by the next one in the same step.
class Play {
 public:
  /// `env` must reset in the same step. Seeds every row and starts it. Rewards are `less` this
  /// number of EnvSpec::info_numbers() for whoever learns from them.
  Play(std::unique_ptr<Environment> env, std::uint64_t seed, std::optional<std::size_t> less = {});

  const EnvSpec& spec() const { return env_->spec(); }
  std::size_t size() const { return env_->size(); }
  const EpisodeLog& episodes() const { return episodes_; }

  /// Before the next step: [size][observation], [size][choices] or nullptr.
  const float* observation() const { return observation_.data(); }
  const std::int8_t* mask() const { return spec().action.masked ? mask_.data() : nullptr; }

  /// What a policy of the spec would do now, as step() takes it.
  void ask(std::size_t policy, std::span<const double> parameters, std::int64_t* choices,
           float* numbers) const;
  /// `numbers` [size][numbers] in the policy's unit: [-1, 1] is the range of the problem, and what
  /// lies outside is clipped.
  void step(const std::int64_t* choices, const float* numbers);

  // Of the last step:
  double reward(std::size_t i) const { return less_ ? reward_[i] - info(*less_, i) : reward_[i]; }
  bool terminated(std::size_t i) const { return terminated_[i]; }
  bool truncated(std::size_t i) const { return truncated_[i]; }
  bool ended(std::size_t i) const { return terminated_[i] || truncated_[i]; }
  double dt(std::size_t i) const { return info(0, i); }
  /// What the step led to: final if the episode ended.
  const float* next_observation(std::size_t i) const {
    return (ended(i) ? final_observation_ : observation_).data() + i * spec().observation.size();
  }
  const std::int8_t* next_mask(std::size_t i) const {
    return (ended(i) ? final_mask_ : mask_).data() + i * spec().action.choices();
  }

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  StepBuffers buffers();
  double info(std::size_t number, std::size_t i) const {
    return (ended(i) ? final_info_ : info_)[number * size() + i];
  }

  std::unique_ptr<Environment> env_;
  std::optional<std::size_t> less_;
  EpisodeLog episodes_;
  std::vector<float> observation_, final_observation_, numbers_;
  std::vector<double> reward_, info_, final_info_;
  std::unique_ptr<bool[]> terminated_, truncated_;
  std::vector<std::int8_t> mask_, final_mask_;
};

}  // namespace aicmp
