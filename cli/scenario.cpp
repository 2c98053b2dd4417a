#include "sim/experiment/scenario.hpp"

#include <memory>

#include "cli/commands.hpp"
#include "cli/overrides.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/schema.hpp"
#include "sim/experiment/toml_writer.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

struct ScenarioArguments {
  std::vector<std::string> files;
  std::vector<std::string> overrides;
  bool comments = false;
};

void add_show_scenario(CLI::App& group) {
  CLI::App* command = group.add_subcommand("show", "Print a scenario merged and complete");
  command->footer(
      "Defaults, the files it extends, the file itself and --set, in this order. The\n"
      "output is a scenario that gives the identical values.\n\n"
      "  aicmp scenario show scenarios/quickstart.toml --set run.days=7 --comments");
  const auto arguments = std::make_shared<ScenarioArguments>();
  command->add_option("file", arguments->files, "Scenario file (TOML)")
      ->required()
      ->expected(1)
      ->option_text(" ");
  add_overrides(*command, arguments->overrides);
  command->add_flag("--comments", arguments->comments, "Explain each option");
  command->callback([arguments] {
    Scenario scenario = load_scenario(arguments->files.front(), arguments->overrides);
    write_stdout(write_toml(options_of(scenario),
                            arguments->comments ? TomlComments::kHelp : TomlComments::kNone));
  });
}

void add_check_scenarios(CLI::App& group) {
  CLI::App* command = group.add_subcommand("check", "Say whether scenarios would run");
  command->footer(
      "Reads each file and the data it names and builds its world, but runs and writes\n"
      "nothing. Exit code 2 if any has a fault.\n\n"
      "  aicmp scenario check scenarios/*.toml");
  const auto arguments = std::make_shared<ScenarioArguments>();
  command->add_option("files", arguments->files, "Scenario files (TOML)")
      ->required()
      ->option_text("...");
  add_overrides(*command, arguments->overrides);
  command->callback([arguments] {
    bool faulty = false;
    for (const std::string& file : arguments->files) {
      try {
        const Scenario scenario = load_scenario(file, arguments->overrides);
        const World world(scenario, {static_cast<std::uint64_t>(scenario.run.seed), 0, 0});
        write_stdout(file + ": ok\n");
      } catch (const ConfigError& error) {
        print_error(error.what());
        faulty = true;
      }
    }
    if (faulty) throw CLI::RuntimeError(2);
  });
}

/// A command without arguments that prints something derived from the options alone.
void add_derived(CLI::App& group, const char* name, const char* description, const char* footer,
                 std::string (*derive)(const OptionTable&)) {
  CLI::App* command = group.add_subcommand(name, description);
  command->footer(footer);
  command->callback([derive] {
    Scenario defaults;
    write_stdout(derive(options_of(defaults)));
  });
}

}  // namespace

void add_scenario_command(CLI::App& app) {
  CLI::App* group = app.add_subcommand("scenario", "Show, check and document scenario files");
  group->require_subcommand(1);
  add_show_scenario(*group);
  add_check_scenarios(*group);
  add_derived(*group, "schema", "Print the JSON Schema of scenario files",
              "For editors that complete and check TOML, such as Taplo. A scenario that begins\n"
              "with the line `#:schema ../docs/scenario.schema.json` is checked as you type.\n\n"
              "  aicmp scenario schema > docs/scenario.schema.json",
              json_schema);
  add_derived(*group, "reference", "Print the reference page of all options as Markdown",
              "  aicmp scenario reference > docs/scenario_reference.md", reference_page);
}

}  // namespace aicmp
