#include <doctest/doctest.h>

#include "agents/training_config.hpp"
#include "sim/base/error.hpp"
#include "tests/message_of.hpp"

namespace aicmp {

TEST_CASE("Training may cut episodes, evaluation plays them to their end") {
  const TrainingScenario scenario("AICMP/Reserve-v0", {"days=100", "train.episode_steps=30"});
  CHECK(scenario.training_worlds(nullptr)->spec().max_steps == 30);
  CHECK(scenario.worlds()(1, true)->spec().max_steps == 100);
  CHECK(scenario.make_environment({})->spec().max_steps == 100);
}

TEST_CASE("A teacher must be a heuristic of the problem, and the learner one that has a policy") {
  const auto refused = [](const std::vector<std::string>& overrides) {
    return message_of<ConfigError>(
        [&] { TrainingScenario("AICMP/ShareDifficulty-v0", overrides); });
  };
  const auto mentions = [&](const std::vector<std::string>& overrides, const char* text) {
    return refused(overrides).find(text) != std::string::npos;
  };
  CHECK(mentions({"imitation.policy=sequentially"}, "imitation.policy"));
  CHECK(mentions({"imitation.policy=oracle"}, "is no heuristic"));
  CHECK(mentions({"imitation.policy=fixed", "train.algorithm=dqn"}, "ppo or a2c"));
  CHECK(mentions({"imitation.policy=sequential", "imitation.parameters=[1.0]"}, "none, or 2"));

  const TrainingScenario scenario("AICMP/Curtailment-v0", {"imitation.policy=hysteresis"});
  const auto worlds = scenario.make_environment({});
  const Imitation taught = imitation(scenario.config(), worlds->spec());
  CHECK(taught.steps == 200'000);
  CHECK(worlds->spec().policies[taught.policy].name == "hysteresis");
  CHECK(taught.parameters == worlds->spec().policies[taught.policy].defaults);
}

TEST_CASE("A learner may be spared what no action changes, if the problem has such a number") {
  const std::string refused =
      message_of<ConfigError>([&] { TrainingScenario("AICMP/Reserve-v0", {"reward.less=luck"}); });
  CHECK(refused.find("reward.less") != std::string::npos);
  CHECK(refused.find("fees, change, ruin, realised, ") != std::string::npos);

  const TrainingScenario scenario("AICMP/Reserve-v0", {"reward.less=realised"});
  const EnvSpec spec = scenario.make_environment({})->spec();
  CHECK(exogenous_number(scenario.config(), spec) == std::optional<std::size_t>(4));
  CHECK(exogenous_number(TrainingConfig{}, spec) == std::nullopt);
}

}  // namespace aicmp
