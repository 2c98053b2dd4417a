#include "agents/make_learner.hpp"

#include "agents/a2c.hpp"
#include "agents/dqn.hpp"
#include "agents/ppo.hpp"

namespace aicmp {

std::unique_ptr<Learner> make_learner(const TrainingScenario& scenario) {
  const TrainingConfig& config = scenario.config();
  RunSettings run;
  run.workers = std::make_shared<Workers>(static_cast<int>(config.threads));
  auto env = scenario.training_worlds(run.workers);
  run.seed = static_cast<std::uint64_t>(config.seed);
  run.total_steps = config.steps;
  run.device = config.device;
  run.hidden.assign(config.hidden.begin(), config.hidden.end());
  run.activation = config.activation;
  run.lstm_size = static_cast<std::size_t>(config.lstm_size);
  run.normalise_observations = config.normalise_observations;
  run.rewards = reward_config(config, env->spec());
  run.less = exogenous_number(config, env->spec());
  run.imitation = imitation(config, env->spec());
  switch (config.algorithm) {
    case Algorithm::kA2c:
      return std::make_unique<A2c>(run, config.a2c, std::move(env));
    case Algorithm::kDqn:
      return std::make_unique<Dqn>(run, config.dqn, std::move(env));
    case Algorithm::kPpo:
      break;
  }
  return std::make_unique<Ppo>(run, config.ppo, std::move(env));
}

}  // namespace aicmp
