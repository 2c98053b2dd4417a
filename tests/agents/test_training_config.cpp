#include <doctest/doctest.h>

#include "agents/training_config.hpp"

namespace aicmp {

TEST_CASE("Training may cut episodes, evaluation plays them to their end") {
  const TrainingScenario scenario("AICMP/Reserve-v0", {"days=100", "train.episode_steps=30"});
  CHECK(scenario.training_worlds()->spec().max_steps == 30);
  CHECK(scenario.worlds()(1, true)->spec().max_steps == 100);
  CHECK(scenario.make_environment({})->spec().max_steps == 100);
}

}  // namespace aicmp
