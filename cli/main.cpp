#include <memory>
#include <new>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/help_format.hpp"
#include "sim/base/error.hpp"
#include "sim/base/nearest.hpp"
#include "sim/experiment/build_info.hpp"

namespace aicmp {
namespace {

constexpr int kRunFailed = 1;
constexpr int kUsageError = 2;

std::string version_text() {
  const BuildInfo info = build_info();
  return fmt::format("aicmp {} (commit {}, {}; {}, {})", info.version,
                     info.git_commit.substr(0, 12), info.git_state, info.compiler, info.build_type);
}

/// The message of CLI11, what may have been meant, and where to look.
std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  std::string path = "aicmp";
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path += ' ' + command->get_name();
  }
  std::vector<std::string> names;
  for (const CLI::App* child : command->get_subcommands({})) names.push_back(child->get_name());
  for (const CLI::Option* option : command->get_options()) {
    if (option->nonpositional()) names.push_back(option->get_name());
  }
  std::string guess;
  for (const std::string& word : app.remaining(/*recurse=*/true)) {
    if (guess.empty()) guess = nearest(word, names);
  }
  return fmt::format("{}{} (see '{} --help')", error.what(),
                     guess.empty() ? "" : fmt::format(", did you mean '{}'?", guess), path);
}

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
  add_forecast_command(app);
  add_ledger_command(app);
  add_env_command(app);
  add_equilibrium_command(app);
  add_policy_command(app);
  add_report_command(app);
  add_scenario_command(app);
  add_serve_command(app);
  add_validate_command(app);
  add_vardiff_grid_command(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    print_error(usage_text(app, error));
    return kUsageError;
  } catch (const ConfigError& error) {
    print_error(error.what());
    return kUsageError;
  } catch (const std::bad_alloc&) {
    print_error("not enough memory");
    return kRunFailed;
  } catch (const std::exception& error) {
    print_error(error.what());
    return kRunFailed;
  }
}

}  // namespace
}  // namespace aicmp

// Only an option that contradicts itself, a bug of ours, gets past run()'s handlers.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  return aicmp::run(argc, argv);
}
