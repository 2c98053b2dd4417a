#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agents/device.hpp"
#include "agents/dqn_config.hpp"
#include "agents/kernels/kernels.hpp"
#include "agents/on_policy_config.hpp"
#include "agents/rewards.hpp"
#include "agents/run_settings.hpp"
#include "envs/registry.hpp"

namespace aicmp {

enum class Algorithm { kPpo, kA2c, kDqn };

/// As --algo takes it.
std::string name_of(Algorithm algorithm);

/// How a policy is trained: what does not belong to one algorithm.
struct TrainingConfig {
  std::string problem;
  std::string name;  // of the run
  std::string question;
  Algorithm algorithm = Algorithm::kPpo;
  std::int64_t steps = 1'000'000;
  std::int64_t seed = 1;
  std::int64_t envs = 16;
  std::int64_t episode_steps = 0;  // of episodes in training; 0: as long as the problem's
  std::int64_t threads = 1;
  Device device = Device::kCpu;
  std::int64_t log_steps = 0;         // 0: steps / 200
  std::int64_t checkpoint_steps = 0;  // 0: steps / 10
  std::vector<double> hidden = {64.0, 64.0};
  Activation activation = Activation::kTanh;
  std::int64_t lstm_size = 0;  // 0: a policy without memory
  bool normalise_observations = true;
  double discount = 0.0;  // 0: the problem's own
  std::string less;       // of the reward: a part or measure that no action changes
  bool differential = true;
  bool normalise_rewards = true;
  double reward_clip = 10.0;
  std::string teacher;                     // a policy of the problem; empty: none
  std::vector<double> teacher_parameters;  // empty: its defaults
  std::int64_t teacher_steps = 200'000;
  bool policy_plays = false;  // while it is taught
  PpoConfig ppo;
  A2cConfig a2c;
  DqnConfig dqn;
};

/// A training scenario: a problem, its options, and how a policy for it is trained.
class TrainingScenario {
 public:
  /// From the id of a problem or a TOML file that names one under `problem`, with overrides
  /// `key=value` as load_toml() takes them. Throws ConfigError or IoError.
  TrainingScenario(const std::string& problem_or_file, const std::vector<std::string>& overrides);

  const TrainingConfig& config() const { return config_; }
  const std::string& path() const { return path_; }  // empty: no file
  /// All options with their present values.
  OptionTable table();
  /// The worlds to train in, which reset in the same step.
  std::unique_ptr<Environment> training_worlds(std::shared_ptr<Workers> workers) const;
  std::unique_ptr<Environment> make_environment(const BatchOptions& options) const;
  /// Batches of worlds to evaluate in (MakeWorlds of evaluation.hpp).
  std::function<std::unique_ptr<Environment>(std::size_t size, bool held_out)> worlds() const;

 private:
  TrainingConfig config_;
  std::string path_;
  std::unique_ptr<ProblemOptions> problem_;
};

/// What a policy is taught before it learns. Throws ConfigError for a teacher that the problem does
/// not have, that knows what no agent can know, or whose parameters are too many or too few, and
/// for DQN, which has no policy to teach.
Imitation imitation(const TrainingConfig& config, const EnvSpec& spec);

/// The number of EnvSpec::info_numbers() that the learner's rewards are less, if any. Throws
/// ConfigError if the problem has none of the name.
std::optional<std::size_t> exogenous_number(const TrainingConfig& config, const EnvSpec& spec);

/// The reward that a learner sees in a problem.
Rewards::Config reward_config(const TrainingConfig& config, const EnvSpec& spec);

}  // namespace aicmp
