#pragma once

#include <string>

#include <CLI/App.hpp>

namespace aicmp {

/// Version, commit and compiler in one line.
std::string version_text();

/// Parses the command line and runs the command it names. Returns the exit code of the program:
/// every error has become one line on standard error.
int parse_and_run(CLI::App& app, int argc, const char* const* argv);

}  // namespace aicmp
