#include "cli/study.hpp"

#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/overrides.hpp"
#include "cli/policy_choice.hpp"
#include "cli/progress.hpp"
#include "sim/experiment/live_run.hpp"
#include "sim/experiment/recorder.hpp"
#include "sim/experiment/replicate.hpp"
#include "sim/experiment/toml_writer.hpp"

namespace aicmp {
namespace {

constexpr int kInterruptedExitCode = 130;

void write_replications(OutputFile& file, const Summary& summary) {
  std::vector<std::string> columns = {"replication"};
  for (const MergedMeasure& m : summary.measures()) {
    columns.push_back(m.scheme.empty() ? m.name : m.scheme + "." + m.name);
  }
  CsvWriter table(file, columns);
  for (std::size_t i = 0; i < summary.replications().size(); ++i) {
    table.cell(i);
    for (const Measure& m : summary.replications()[i]) table.cell(m.value);
    table.end_row();
  }
}

}  // namespace

void StudyOptions::add_to(CLI::App& command) {
  command.add_option("scenario", scenario, "Scenario file (TOML)")->required()->option_text(" ");
  add_overrides(command, overrides);
  command.add_option("--seed", seed, "Seed of all random numbers")
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  command.add_option("--replications", replications, "Independent worlds to run and merge")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  command.add_option("--threads", threads, "Worlds at a time; results do not depend on it")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
  command.add_option("--out", out, "Folder for the results; default runs/<run.name>")
      ->option_text("DIR");
  command.add_flag("--force", force, "Replace the results of an earlier run in that folder");
  command.add_flag("--quiet", quiet, "No progress and no summary text");
}

void StudyOptions::add_json_to(CLI::App& command) {
  command.add_flag("--json", json, "Print summary.json instead of text");
}

void StudyOptions::add_schemes_to(CLI::App& command) {
  command.add_option("--schemes", schemes, "Schemes by commas; default the scenario's")
      ->option_text("LIST");
}

void StudyOptions::add_policy_to(CLI::App& command) {
  CLI::Option* option =
      command.add_option("--policy", policy, "Bundle whose policy sets share difficulties")
          ->option_text("DIR");
  command.add_flag("--fallback", fallback, "If it is refused, warn and let the rule decide")
      ->needs(option);
}

void StudyOptions::add_live_to(CLI::App& command) {
  command
      .add_option("--live", live, "Simulated seconds per second; owners may set limits meanwhile")
      ->check(CLI::Range(1e-3, 1e9))
      ->excludes("--replications")
      ->option_text("SPEED");
}

Scenario StudyOptions::load() const {
  std::vector<std::string> all = overrides;
  if (seed >= 0) all.push_back(fmt::format("run.seed={}", seed));
  if (live > 0.0) all.emplace_back("run.replications=1");
  if (replications > 0) all.push_back(fmt::format("run.replications={}", replications));
  Scenario loaded = load_scenario(scenario, all);
  if (!schemes.empty()) replace_schemes(loaded, schemes);
  if (!policy.empty()) choose_policy(loaded, policy, fallback);
  return loaded;
}

void replace_schemes(Scenario& scenario, std::string_view list) {
  scenario.pool.schemes.clear();
  scenario.pool.paying.clear();
  scenario.origin.forget_elements("pool.schemes");
  scenario.origin.record("pool.schemes", {"--schemes", 0});
  for (const std::string& spec : split_specs(list)) {
    scenario.pool.schemes.push_back(parse_scheme(spec));
  }
  check(scenario);
}

RunFolder open_folder(const StudyOptions& options, const Scenario& scenario) {
  const std::string out = options.out.empty() ? "runs/" + scenario.run.name : options.out;
  Scenario shown = scenario;
  const OptionTable table = options_of(shown);
  RunFacts facts;
  facts.argv = options.argv;
  facts.scenario_path = options.scenario;
  facts.scenario_toml = write_toml(table, TomlComments::kHelp, out);
  facts.input_files = input_files(table);
  facts.seed = static_cast<std::uint64_t>(scenario.run.seed);
  facts.replications = scenario.run.replications;
  facts.threads = options.threads;
  return RunFolder(out, options.force, std::move(facts));
}

void run_study(const StudyOptions& options, const Scenario& scenario,
               std::span<const Scenario> worlds,
               const std::function<std::string(RunFolder&, const Summary&)>& report,
               const ReplicationsToAdd& to_add) {
  for (const Scenario& refused : worlds) {  // what must be refused, before anything is written
    const World world(refused, {static_cast<std::uint64_t>(scenario.run.seed), 0, 0});
  }
  catch_interrupts();
  RunFolder folder = open_folder(options, scenario);
  std::string json;
  std::string text;
  const bool complete = folder.fill([&] {
    Recorder recorder(folder, worlds.front(), folder.scenario_sha256());
    ReplicationPlan plan;
    plan.replications = scenario.run.replications;
    plan.threads = options.threads;
    plan.recorder = &recorder;
    std::optional<LiveRun> live;
    if (options.live > 0.0) plan.live = &live.emplace(folder, recorder, options.live);
    plan.interrupt = &interrupt_flag();
    std::vector<std::vector<Measure>> measures;
    std::optional<Summary> summary;
    bool interrupted = false;
    while (plan.replications > 0 && !interrupted) {
      ReplicationResults results;
      {
        const double total_days = scenario.run.days * static_cast<double>(plan.replications) *
                                  static_cast<double>(worlds.size());
        Progress progress(scenario.run.name, "days", total_days, options.quiet);
        plan.on_progress = [&](double days) { progress.add(days); };
        results = replicate(worlds, plan);
      }
      std::move(results.measures.begin(), results.measures.end(), std::back_inserter(measures));
      interrupted = results.interrupted;
      summary.emplace(measures);
      plan.first += plan.replications;
      plan.replications = to_add ? to_add(*summary) : 0;
    }
    folder.set_replications(plan.first);
    json = summary_json(scenario.run.name, *summary);
    folder.create("summary.json").write(json);
    write_replications(folder.create("replications.csv"), *summary);
    text = report(folder, *summary);
    return !interrupted;
  });
  if (options.json) {
    write_stdout(json);
  } else if (!options.quiet) {
    write_stdout(text);
  }
  end_study(options, folder, complete);
}

void end_study(const StudyOptions& options, const RunFolder& folder, bool complete) {
  if (!options.quiet) fmt::print(stderr, "results in {}\n", folder.path());
  if (!complete) end_interrupted();
}

void end_interrupted() {
  fmt::print(stderr, "aicmp: interrupted, the results end early\n");
  throw CLI::RuntimeError(kInterruptedExitCode);
}

}  // namespace aicmp
