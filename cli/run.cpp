#include <memory>

#include "cli/commands.hpp"
#include "cli/study.hpp"
#include "sim/experiment/exploitability.hpp"

namespace aicmp {

void add_run_command(CLI::App& app, const std::vector<std::string>& argv) {
  CLI::App* command = app.add_subcommand("run", "Run a scenario into a folder of results");
  command->footer(
      "Writes summary.json, timeseries.csv, miners.csv, blocks.csv, payouts.csv,\n"
      "events.jsonl, replications.csv, the complete scenario.toml and manifest.json.\n"
      "Files other than summary.json and replications.csv show the first replication.\n\n"
      "With --live the run keeps pace with a clock, and `aicmp serve` can set the most\n"
      "power and the temperatures of a miner's machines; events.jsonl tells of it.\n\n"
      "  aicmp run scenarios/quickstart.toml\n"
      "  aicmp run scenarios/quickstart.toml --set pool.reserve_btc=100 --threads 4\n"
      "  aicmp run scenarios/heat_wave.toml --live 3600");
  const auto options = std::make_shared<StudyOptions>();
  options->argv = argv;
  options->add_to(*command);
  options->add_json_to(*command);
  options->add_schemes_to(*command);
  options->add_policy_to(*command);
  options->add_live_to(*command);
  command->callback([options] {
    const Scenario scenario = options->load();
    run_study(*options, scenario, {&scenario, 1}, [&](RunFolder&, const Summary& summary) {
      return summary_text(scenario.run.name, scenario.run.question, summary) +
             exposure_notes(schemes_of(scenario.pool));
    });
  });
}

}  // namespace aicmp
