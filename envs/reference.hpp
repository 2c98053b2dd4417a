#pragma once

#include <string>
#include <vector>

namespace aicmp {

/// A decision problem as a section of a Markdown page: question, observation, action, reward,
/// policies, optimum, options. Options as of make_environment(); throws ConfigError or IoError.
std::string environment_section(const std::string& id, const std::string& file = "",
                                const std::vector<std::string>& overrides = {});

/// The page of all problems with their defaults.
std::string environment_reference();

}  // namespace aicmp
