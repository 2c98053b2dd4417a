#pragma once

#include <string_view>

#include <CLI/App.hpp>

namespace aicmp {

// Each adds one subcommand. A command reports failure by throwing: ConfigError becomes exit code 2,
// any other std::exception 1, CLI::RuntimeError(code) that code without a message.
void add_scenario_command(CLI::App& app);

/// Machine output; throws IoError when standard output cannot take it (a full disk).
void write_stdout(std::string_view text);

}  // namespace aicmp
