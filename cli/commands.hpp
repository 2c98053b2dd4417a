#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>

namespace aicmp {

// Each adds one subcommand, in a file of its own. A command reports failure by throwing:
// ConfigError becomes exit code 2, any other std::exception 1, CLI::RuntimeError(code) that code in
// silence. `argv` is the whole command line, which the manifest of a run records.
void add_run_command(CLI::App& app, const std::vector<std::string>& argv);
void add_calibrate_command(CLI::App& app);
void add_compare_command(CLI::App& app, const std::vector<std::string>& argv);
void add_sweep_command(CLI::App& app, const std::vector<std::string>& argv);
void add_ruin_command(CLI::App& app);
void add_forecast_command(CLI::App& app, const std::vector<std::string>& argv);
void add_ledger_command(CLI::App& app);
void add_env_command(CLI::App& app);
void add_equilibrium_command(CLI::App& app);
void add_policy_command(CLI::App& app);
void add_report_command(CLI::App& app);
void add_scenario_command(CLI::App& app);
void add_serve_command(CLI::App& app);
void add_validate_command(CLI::App& app);
void add_vardiff_grid_command(CLI::App& app);

/// Machine output; throws IoError when standard output cannot take it (a full disk).
void write_stdout(std::string_view text);

/// `aicmp: error: message` as one line on standard error.
void print_error(std::string_view message);

}  // namespace aicmp
