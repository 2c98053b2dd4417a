#pragma once

#include <memory>

#include "agents/learner.hpp"
#include "agents/training_config.hpp"

namespace aicmp {

/// The learner that a scenario asks for, at its beginning.
std::unique_ptr<Learner> make_learner(const TrainingScenario& scenario);

}  // namespace aicmp
