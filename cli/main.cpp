#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/entry.hpp"
#include "cli/help_format.hpp"
#include "cli/learning_commands.hpp"

namespace aicmp {
namespace {

int run(int argc, const char* const* argv) {
  CLI::App app("Simulate Bitcoin mining pools: who is paid what, and at whose risk.", "aicmp");
  app.formatter(std::make_shared<HelpFormat>());
  app.footer(
      "Start with:\n"
      "  aicmp run scenarios/quickstart.toml\n"
      "  aicmp compare scenarios/quickstart.toml --schemes eta:0.8,pps,pplns\n"
      "  aicmp scenario show scenarios/quickstart.toml --comments\n\n"
      "Exit codes: 0 success, 1 the run failed, 2 wrong usage or scenario, 130\n"
      "interrupted. Results go to files and standard output, everything else to\n"
      "standard error.");
  const std::vector<std::string> command_line(argv, argv + argc);
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text);
  add_run_command(app, command_line);
  add_calibrate_command(app);
  add_compare_command(app, command_line);
  add_sweep_command(app, command_line);
  add_ruin_command(app);
  add_forecast_command(app, command_line);
  add_ledger_command(app);
  add_env_command(app);
  add_equilibrium_command(app);
  add_policy_command(app);
  add_report_command(app);
  add_scenario_command(app);
  add_serve_command(app);
  add_learner_commands(app, command_line);
  add_evaluate_command(app);
  add_export_command(app);
  add_validate_command(app);
  add_vardiff_grid_command(app);
  return parse_and_run(app, argc, argv);
}

}  // namespace
}  // namespace aicmp

// Only an option that contradicts itself, a bug of ours, gets past parse_and_run()'s handlers.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  return aicmp::run(argc, argv);
}
