#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/overrides.hpp"
#include "envs/reference.hpp"
#include "envs/registry.hpp"

namespace aicmp {
namespace {

void list() {
  for (const std::string& id : environment_ids()) {
    write_stdout(fmt::format("{:<26}{}\n", id, make_environment(id, {})->spec().question));
  }
}

void add_show_environment(CLI::App& group) {
  struct Arguments {
    std::string id;
    std::string file;
    std::vector<std::string> overrides;
  };
  CLI::App* command = group.add_subcommand("show", "Explain one decision problem");
  command->footer(
      "Fields with their units and bounds, the action, the parts of the reward, the\n"
      "policies it ships and its optimum under the options given.\n\n"
      "  aicmp env show AICMP/Curtailment-v0 --set restart_hours=0.33");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("id", arguments->id, "As listed by aicmp env list")
      ->required()
      ->option_text(" ");
  command->add_option("--file", arguments->file, "Options of the problem (TOML)");
  add_overrides(*command, arguments->overrides);
  command->callback([arguments] {
    write_stdout(environment_section(arguments->id, arguments->file, arguments->overrides));
  });
}

}  // namespace

void add_env_command(CLI::App& app) {
  CLI::App* group = app.add_subcommand("env", "List and explain the decision problems");
  group->require_subcommand(1);
  group->add_subcommand("list", "Print the ids and what is decided")->callback(list);
  add_show_environment(*group);
  CLI::App* reference = group->add_subcommand("reference", "Print the page of all as Markdown");
  reference->footer("  aicmp env reference > docs/environments.md");
  reference->callback([] { write_stdout(environment_reference()); });
}

}  // namespace aicmp
