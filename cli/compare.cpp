#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/study.hpp"
#include "sim/experiment/comparison.hpp"

namespace aicmp {

void add_compare_command(CLI::App& app, const std::vector<std::string>& argv) {
  CLI::App* command =
      app.add_subcommand("compare", "Compare reward schemes on the same random numbers");
  command->footer(
      "All schemes run side by side on the same shares and blocks; each is compared\n"
      "with the first one, pair by pair. A scheme is kind[:value][:key=value...]:\n\n"
      "  aicmp compare scenarios/quickstart.toml --schemes eta:0.8,pps:fee=0.02,pplns");
  const auto options = std::make_shared<StudyOptions>();
  const auto specs = std::make_shared<std::vector<std::string>>();
  options->argv = argv;
  options->add_to(*command);
  command->add_option("--schemes", *specs, "Schemes, separated by commas; default the scenario's")
      ->delimiter(',')
      ->option_text("LIST");
  command->callback([options, specs] {
    Scenario scenario = options->load();
    if (!specs->empty()) {
      scenario.pool.schemes.clear();
      for (const std::string& spec : *specs) scenario.pool.schemes.push_back(parse_scheme(spec));
      check_scheme_names(scenario.pool);
    }
    scenario.run.name += "-compare";
    run_study(*options, scenario, [&](RunFolder& folder, const Summary& summary) {
      const std::vector<PairedDifference> differences = compare_to_first(summary);
      write_comparison(folder.create("comparison.csv"), summary.schemes().front(), differences);
      return summary_text(scenario.run.name, scenario.run.question, summary) + "\n" +
             comparison_text(summary, differences);
    });
  });
}

}  // namespace aicmp
