#pragma once

#include <string>
#include <vector>

#include <CLI/App.hpp>

namespace aicmp {

/// The option --set KEY=VALUE of a command, which may be repeated.
void add_overrides(CLI::App& command, std::vector<std::string>& overrides);

}  // namespace aicmp
