#include "agents/training_config.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "envs/rollout.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/toml_loader.hpp"

namespace aicmp {
namespace {

constexpr double kMostSteps = 1e12;
constexpr double kMostSeed = 9007199254740992.0;

void add_options(OptionTable& table, OnPolicyConfig& config, const std::string& prefix) {
  const auto key = [&](const char* name) { return prefix + "." + name; };
  table.add(key("rollout_steps"), config.rollout_steps, "", Limits::between(1.0, 1e6),
            "Steps of each world between two lessons.");
  table.add(key("learning_rate"), config.learning_rate, "", Limits::positive(), "Of Adam.");
  table.add(key("anneal"), config.anneal, "Let the learning rate fall to 0 at the end of the run.");
  table.add(key("gae_lambda"), config.gae_lambda, "", Limits::between(0.0, 1.0),
            "Of generalised advantage estimation.");
  table.add(key("value_weight"), config.value_weight, "", Limits::at_least(0.0),
            "Weight of the squared error of the value in the loss.");
  table.add(key("entropy_weight"), config.entropy_weight, "", Limits::at_least(0.0),
            "Weight of the entropy, which keeps the policy trying.");
  table.add(key("max_gradient_norm"), config.max_gradient_norm, "", Limits::at_least(0.0),
            "Longer gradients are shortened; 0: none.");
}

void add_options(OptionTable& table, PpoConfig& config) {
  add_options(table, config, "ppo");
  table.add("ppo.minibatch", config.minibatch, "", Limits::between(1.0, 1e9),
            "Transitions of a gradient step.");
  table.add("ppo.epochs", config.epochs, "", Limits::between(1.0, 1e4),
            "How often each transition is learned from.");
  table.add("ppo.clip", config.clip, "", Limits{.min = 0.0, .max = 10.0, .min_open = true},
            "How far the ratio of probabilities may pay to go from 1.");
  table.add("ppo.normalise_advantages", config.normalise_advantages, "In each minibatch.");
  table.add("ppo.target_kl", config.target_kl, "", Limits::at_least(0.0),
            "No further epoch once the policy has moved so far; 0: none.");
}

void add_options(OptionTable& table, DqnConfig& config) {
  table.add("dqn.replay_size", config.replay_size, "", Limits::between(1.0, 1e9),
            "Transitions that are remembered.");
  table.add("dqn.batch", config.batch, "", Limits::between(1.0, 1e6),
            "Transitions of a gradient step.");
  table.add("dqn.train_every", config.train_every, "", Limits::between(1.0, 1e6),
            "Steps of the worlds for each gradient step.");
  table.add("dqn.learning_starts", config.learning_starts, "", Limits::between(0.0, 1e9),
            "Transitions before the first gradient step.");
  table.add("dqn.target_steps", config.target_steps, "", Limits::between(1.0, 1e9),
            "Steps between two updates of the target net.");
  table.add("dqn.target_weight", config.target_weight, "",
            Limits{.min = 0.0, .max = 1.0, .min_open = true}, "Of the net in the new target.");
  table.add("dqn.learning_rate", config.learning_rate, "", Limits::positive(), "Of Adam.");
  table.add("dqn.anneal", config.anneal, "Let the learning rate fall to 0 at the end of the run.");
  table.add("dqn.max_gradient_norm", config.max_gradient_norm, "", Limits::at_least(0.0),
            "Longer gradients are shortened; 0: none.");
  table.add("dqn.epsilon_start", config.epsilon_start, "", Limits::between(0.0, 1.0),
            "Part of actions drawn at random, at the start.");
  table.add("dqn.epsilon_end", config.epsilon_end, "", Limits::between(0.0, 1.0),
            "The same after `exploration`.");
  table.add("dqn.exploration", config.exploration, "of the run", Limits::between(0.0, 1.0),
            "Over which epsilon falls.");
  table.add("dqn.double_q", config.double_q, "The net chooses what the target net values.");
  table.add("dqn.dueling", config.dueling, "Value and advantages as outputs of their own.");
  table.add("dqn.n_step", config.n_step, "", Limits::between(1.0, 1000.0),
            "Steps whose rewards are counted before the target net is asked.");
  table.add("dqn.priority_power", config.priority_power, "", Limits::between(0.0, 1.0),
            "How much errors decide what is replayed; 0: nothing.");
  table.add("dqn.importance_power", config.importance_power, "", Limits::between(0.0, 1.0),
            "Correction for that at the start; it is 1 at the end.");
}

void add_options(OptionTable& table, TrainingConfig& config) {
  table.add("problem", config.problem, "Id of the decision problem.");
  table.add("name", config.name,
            "Short name; the results go to runs/<name> unless told otherwise.");
  table.add("question", config.question, "What the run is to find out.");
  table.add_choice("train.algorithm", config.algorithm,
                   {{"ppo", Algorithm::kPpo}, {"a2c", Algorithm::kA2c}, {"dqn", Algorithm::kDqn}},
                   "Proximal policy optimisation, advantage actor-critic, or deep Q-learning.");
  table.add("train.steps", config.steps, "", Limits::between(1.0, kMostSteps),
            "Steps of all worlds together.");
  table.add("train.seed", config.seed, "", Limits::between(0.0, kMostSeed),
            "The same seed gives the same weights, on one kind of processor.");
  table.add("train.envs", config.envs, "", Limits::between(1.0, 1e6),
            "Worlds played side by side.");
  table.add("train.episode_steps", config.episode_steps, "", Limits::between(0.0, kMostSteps),
            "Training cuts episodes after so many steps, which shows it more of their beginnings; "
            "evaluation does not. 0: never.");
  table.add("train.threads", config.threads, "", Limits::between(1.0, 1024.0),
            "Threads that share worlds, actions and gradients; the last bits depend on it.");
  table.add_choice("train.device", config.device, {{"cpu", Device::kCpu}, {"cuda", Device::kCuda}},
                   "Where libtorch computes the losses of PPO and A2C. Acting, DQN and the worlds "
                   "are always on the CPU.");
  table.add("train.log_steps", config.log_steps, "", Limits::between(0.0, kMostSteps),
            "Steps between rows of metrics.csv; 0: a 200th of the run.");
  table.add("train.checkpoint_steps", config.checkpoint_steps, "", Limits::between(0.0, kMostSteps),
            "Steps between checkpoints; 0: a tenth of the run.");
  table.add("net.hidden", config.hidden, "", Limits::between(1.0, 4096.0),
            "Widths of the hidden layers.");
  table.add_choice("net.activation", config.activation,
                   {{"tanh", Activation::kTanh}, {"relu", Activation::kRelu}},
                   "Of the hidden layers.");
  table.add(
      "net.lstm_size", config.lstm_size, "", Limits::between(0.0, 4096.0),
      "Units of an LSTM before the hidden layers, which remembers what the problem has shown; "
      "0: none. PPO and A2C.");
  table.add("net.normalise_observations", config.normalise_observations,
            "By their running mean and deviation.");
  table.add("reward.discount", config.discount, "", Limits::between(0.0, 1.0),
            "Of a reward that is one unit of the problem's time away; 0: the problem's own, or .99 "
            "where it has none.");
  table.add("reward.less", config.less,
            "Learn from the reward less this part or measure of it, which no action changes "
            "(Dietterich, Trimponias and Chen, ICML 2018); empty: the whole reward.");
  table.add("reward.differential", config.differential,
            "Where a problem is scored by its rate, learn from the reward beyond it.");
  table.add("reward.normalise", config.normalise_rewards,
            "By the deviation that the discounted return has had of late.");
  table.add("reward.clip", config.reward_clip, "", Limits::at_least(0.0),
            "Bound of a reward after that; 0: none.");
  table.add(
      "imitation.policy", config.teacher,
      "Heuristic of the problem that PPO and A2C copy before they learn by themselves; empty: "
      "none.");
  table.add("imitation.parameters", config.teacher_parameters, "", Limits{},
            "Of the heuristic; empty: its defaults.");
  table.add("imitation.steps", config.teacher_steps, "", Limits::between(1.0, kMostSteps),
            "Steps of the run in which it copies.");
  table.add(
      "imitation.policy_plays", config.policy_plays,
      "The policy plays meanwhile, and is told what the heuristic would do, also where its own "
      "mistakes lead; false: the heuristic plays.");
  add_options(table, config.ppo);
  add_options(table, config.a2c, "a2c");
  add_options(table, config.dqn);
}

}  // namespace

TrainingScenario::TrainingScenario(const std::string& problem_or_file,
                                   const std::vector<std::string>& overrides) {
  std::error_code error;
  const bool file = std::filesystem::exists(problem_or_file, error);
  path_ = file ? problem_or_file : "";
  config_.problem = file ? peek_toml(path_, "problem") : problem_or_file;
  if (file && config_.problem.empty()) {
    throw ConfigError({path_, 0}, "problem", "a training scenario names its problem",
                      fmt::format("{}", fmt::join(environment_ids(), ", ")));
  }
  if (!file && problem_or_file.ends_with(".toml")) {
    throw ConfigError({problem_or_file, 0}, "", "there is no such file");
  }
  problem_ = problem_options(config_.problem);
  const std::string problem = config_.problem;
  config_.name = problem.substr(problem.find('/') + 1);
  OptionTable options = table();
  Provenance origin(path_);
  if (file) origin = load_toml(path_, options);
  override_options(options, origin, overrides);
  if (config_.problem != problem) {
    throw origin.located(
        ConfigError({}, "problem", "the problem cannot be changed by an override"));
  }
  for (const double width : config_.hidden) {
    if (width != std::floor(width)) {
      throw origin.located(
          ConfigError({}, "net.hidden", fmt::format("{} is no width", width), "whole numbers"));
    }
  }
  try {
    const EnvSpec spec = make_environment({})->spec();
    static_cast<void>(imitation(config_, spec));
    static_cast<void>(exogenous_number(config_, spec));
  } catch (const ConfigError& fault) {
    throw origin.located(fault);
  }
}

OptionTable TrainingScenario::table() {
  OptionTable table;
  add_options(table, config_);
  problem_->add_to(table);
  return table;
}

std::unique_ptr<Environment> TrainingScenario::training_worlds(
    std::shared_ptr<Workers> workers) const {
  return make_environment({.size = static_cast<std::size_t>(config_.envs),
                           .threads = static_cast<int>(config_.threads),
                           .autoreset = Autoreset::kSameStep,
                           .split = 0,
                           .max_steps = config_.episode_steps,
                           .workers = std::move(workers)});
}

std::unique_ptr<Environment> TrainingScenario::make_environment(const BatchOptions& options) const {
  return problem_->make(options);
}

std::function<std::unique_ptr<Environment>(std::size_t, bool)> TrainingScenario::worlds() const {
  return [this](std::size_t size, bool held_out) {
    return make_environment({.size = size,
                             .threads = static_cast<int>(config_.threads),
                             .autoreset = Autoreset::kNextStep,
                             .split = held_out ? 1u : 0u});
  };
}

std::string name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kPpo:
      return "ppo";
    case Algorithm::kA2c:
      return "a2c";
    case Algorithm::kDqn:
      break;
  }
  return "dqn";
}

Imitation imitation(const TrainingConfig& config, const EnvSpec& spec) {
  Imitation result;
  if (config.teacher.empty()) return result;
  std::vector<std::string> names;
  for (const PolicySpec& policy : spec.policies) {
    if (!policy.oracle) names.push_back(policy.name);
  }
  if (std::find(names.begin(), names.end(), config.teacher) == names.end()) {
    throw ConfigError({}, "imitation.policy", fmt::format("'{}' is no heuristic", config.teacher),
                      fmt::format("{}", fmt::join(names, ", ")));
  }
  if (config.algorithm == Algorithm::kDqn) {
    throw ConfigError({}, "imitation.policy", "DQN cannot imitate", "ppo or a2c");
  }
  result.policy = policy_index(spec, config.teacher);
  const std::size_t parameters = spec.policies[result.policy].parameters.size();
  if (!config.teacher_parameters.empty() && config.teacher_parameters.size() != parameters) {
    throw ConfigError({}, "imitation.parameters",
                      fmt::format("{} numbers", config.teacher_parameters.size()),
                      fmt::format("none, or {}", parameters));
  }
  result.parameters = config.teacher_parameters.empty() ? spec.policies[result.policy].defaults
                                                        : config.teacher_parameters;
  result.steps = config.teacher_steps;
  result.policy_plays = config.policy_plays;
  return result;
}

std::optional<std::size_t> exogenous_number(const TrainingConfig& config, const EnvSpec& spec) {
  if (config.less.empty()) return {};
  const std::vector<std::string> names = spec.info_numbers();
  const auto found = std::find(names.begin() + 1, names.end(), config.less);
  if (found == names.end()) {
    throw ConfigError({}, "reward.less", fmt::format("'{}' is no part or measure", config.less),
                      fmt::format("{}", fmt::join(names.begin() + 1, names.end(), ", ")));
  }
  return static_cast<std::size_t>(found - names.begin());
}

Rewards::Config reward_config(const TrainingConfig& config, const EnvSpec& spec) {
  constexpr double kUsual = 0.99;
  Rewards::Config rewards;
  rewards.discount = config.discount > 0.0              ? config.discount
                     : spec.score == Score::kDiscounted ? spec.discount
                                                        : kUsual;
  rewards.differential = config.differential && spec.score == Score::kRate;
  rewards.normalise = config.normalise_rewards;
  rewards.clip = config.reward_clip;
  return rewards;
}

}  // namespace aicmp
