#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/commands.hpp"
#include "envs/validation/decision_cases.hpp"
#include "sim/validation/runner.hpp"

namespace aicmp {
namespace {

constexpr int kFailed = 1;

struct ValidateOptions {
  bool quick = false;
  bool full = false;
  bool json = false;
  std::vector<std::string> cases;
  Effort effort;
};

std::vector<Case> cases() {
  std::vector<Case> cases = all_cases();
  for (Case& c : decision_cases()) cases.push_back(std::move(c));
  return cases;
}

void validate(const ValidateOptions& options) {
  Effort effort = options.effort;
  if (options.quick) effort.level = EffortLevel::kQuick;
  if (options.full) effort.level = EffortLevel::kFull;
  const std::vector<Case> selected = select_cases(cases(), options.cases);
  if (!options.json) write_stdout(table_head());
  const auto rows = run_cases(selected, effort, [&](const TimedRow& row) {
    if (!options.json) write_stdout(table_line(row));
  });
  write_stdout(options.json ? to_json(rows, effort) : table_foot(rows, effort));
  if (!all_pass(rows)) throw CLI::RuntimeError(kFailed);
}

std::string footer() {
  std::string text =
      "Every case is an ordinary scenario whose outcome has a closed form. A number\n"
      "passes within four standard errors of this run, or within the error of the\n"
      "formula itself where that is larger. Exit code 1 if any number fails.\n\n"
      "  aicmp validate --quick\n"
      "  aicmp validate --case C05 --case C10 --full\n\n"
      "Cases:\n";
  for (const Case& c : cases()) {
    text += fmt::format("  {:<5} {}", c.id, c.what);
    text += c.also.empty() ? "\n" : fmt::format(" (also {})\n", fmt::join(c.also, ", "));
  }
  text += "\nNot covered yet:\n";
  for (const MissingCase& m : missing_cases({})) {
    text += fmt::format("  {}: {}\n", fmt::join(m.ids, ", "), m.why);
  }
  return text;
}

}  // namespace

void add_validate_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("validate", "Check the simulator against closed forms");
  command->footer(footer());
  const auto options = std::make_shared<ValidateOptions>();
  CLI::Option* quick = command->add_flag("--quick", options->quick, "A quarter of the worlds");
  command->add_flag("--full", options->full, "Ten times the worlds")->excludes(quick);
  command->add_option("--case", options->cases, "Only this case; may be repeated")
      ->allow_extra_args(false)
      ->option_text("ID");
  command->add_flag("--json", options->json, "Print JSON instead of a table");
  command
      ->add_option("--data", options->effort.data,
                   "Folder with blocks_2021_2025.csv, difficulty_epochs.csv and btc_daily.csv, for "
                   "cases of history")
      ->check(CLI::ExistingDirectory)
      ->option_text("DIR");
  command->add_option("--seed", options->effort.seed, "Seed of all random numbers");
  command->add_option("--threads", options->effort.threads, "Worlds at a time")
      ->check(CLI::Range(1, 1024));
  command->callback([options] { validate(*options); });
}

}  // namespace aicmp
