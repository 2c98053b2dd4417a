#pragma once

#include <string>

#include "agents/archive.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// The checkpoint of a run in its folder.
std::string checkpoint_path(const std::string& run_folder);

/// Every checkpoint carries its policy, so that nobody needs a learner to run it.
void put_policy(Archive& archive, const PolicyModel& model);
/// What the run in a folder has learned by its last checkpoint. Throws ConfigError or IoError.
PolicyModel trained_policy(const std::string& run_folder);

}  // namespace aicmp
