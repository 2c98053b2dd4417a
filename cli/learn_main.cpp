// The commands that need libtorch are a program of their own, which `aicmp` becomes: loading
// libtorch takes longer than all else that the others do at their start.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/entry.hpp"
#include "cli/help_format.hpp"
#include "cli/learning_commands.hpp"

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  CLI::App app("Train policies.", "aicmp");
  app.formatter(std::make_shared<aicmp::HelpFormat>());
  app.require_subcommand(1);
  app.set_version_flag("--version", aicmp::version_text);
  aicmp::add_train_command(app, {argv, argv + argc});
  aicmp::add_tune_command(app, {argv, argv + argc});
  return aicmp::parse_and_run(app, argc, argv);
}
