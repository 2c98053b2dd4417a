#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agents/evaluation.hpp"
#include "agents/make_learner.hpp"
#include "agents/tuning.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/learning_commands.hpp"
#include "cli/overrides.hpp"
#include "cli/progress.hpp"
#include "cli/study.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/toml_writer.hpp"

namespace aicmp {
namespace {

/// Worlds of training that no learner plays in: learners draw their seeds from all 64 bits.
constexpr std::uint64_t kFirstSeed = 2'000'000;

struct TuneOptions {
  std::vector<std::string> argv;
  std::string scenario;
  std::vector<std::string> axes;
  std::vector<std::string> overrides;
  std::string method = "halving";
  std::int64_t trials = 16;
  std::int64_t budget = 0;  // 0: the steps of the scenario
  std::int64_t episodes = 50;
  std::string out;
  bool force = false;
  bool quiet = false;
};

double train_and_score(const TuneOptions& options, const std::vector<std::string>& setting,
                       std::int64_t steps) {
  std::vector<std::string> overrides = options.overrides;
  overrides.insert(overrides.end(), setting.begin(), setting.end());
  overrides.push_back(fmt::format("train.steps={}", steps));
  const TrainingScenario scenario(options.scenario, overrides);
  const std::unique_ptr<Learner> learner = make_learner(scenario);
  while (learner->steps() < steps) learner->iterate();
  const auto worlds =
      scenario.make_environment({.size = static_cast<std::size_t>(options.episodes)});
  const std::vector<double> scores =
      play_episodes(*worlds, kFirstSeed, decide_by(learner->policy()));
  return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
}

std::string table_of(const std::vector<Trial>& trials) {
  std::string text = fmt::format("{:>6}{:>12}{:>16}  setting\n", "round", "steps", "score");
  for (const Trial& trial : trials) {
    if (trial.round == 0) continue;
    text += fmt::format("{:>6}{:>12}{:>16.6g}  {}\n", trial.round, trial.steps, trial.score,
                        fmt::join(trial.overrides, " "));
  }
  return text;
}

void tune_command(const TuneOptions& options) {
  TrainingScenario base(options.scenario, options.overrides);
  TuningPlan plan;
  for (const std::string& text : options.axes) plan.axes.push_back(parse_tuning_axis(text));
  plan.trials = options.trials;
  plan.budget = options.budget > 0 ? options.budget : base.config().steps;
  plan.halving = options.method == "halving";
  plan.seed = static_cast<std::uint64_t>(base.config().seed);
  plan.interrupt = &interrupt_flag();
  Rng probe({plan.seed, 0, 0}, StreamId::kPolicy, 18);
  for (const TuningAxis& axis : plan.axes) {  // refuses a wrong key before anything runs
    std::vector<std::string> overrides = options.overrides;
    overrides.push_back(axis.draw(probe));
    static_cast<void>(TrainingScenario(options.scenario, overrides));
  }

  const std::string out =
      options.out.empty() ? "runs/" + base.config().name + "-tune" : options.out;
  const OptionTable shown = base.table();
  RunFacts facts;
  facts.argv = options.argv;
  facts.scenario_path = base.path();
  facts.scenario_toml = write_toml(shown, TomlComments::kHelp, out);
  facts.input_files = input_files(shown);
  facts.seed = plan.seed;
  catch_interrupts();
  RunFolder folder(out, options.force, facts);
  std::vector<Trial> trials;
  const bool complete = folder.fill([&] {
    OutputFile& file = folder.create("trials.csv");
    CsvWriter table(file, {"round", "steps", "score", "setting"});
    {
      Progress progress("tune", "steps", static_cast<double>(plan.budget), options.quiet);
      double best = -HUGE_VAL;
      plan.on_trial = [&](const Trial& trial) {
        table.row(trial.round, trial.steps, trial.score,
                  fmt::format("{}", fmt::join(trial.overrides, " ")));
        best = std::max(best, trial.score);
        progress.note(fmt::format("best {:.6g}", best));
        progress.add(static_cast<double>(trial.steps));
      };
      trials = tune(plan, [&](const std::vector<std::string>& setting, std::int64_t steps) {
        return train_and_score(options, setting, steps);
      });
    }
    std::vector<std::string> overrides = options.overrides;
    overrides.insert(overrides.end(), trials.front().overrides.begin(),
                     trials.front().overrides.end());
    TrainingScenario best(options.scenario, overrides);
    folder.create("best.toml").write(write_toml(best.table(), TomlComments::kHelp, out));
    return !interrupt_flag();
  });
  write_stdout(table_of(trials));
  if (!options.quiet) fmt::print(stderr, "the best setting is in {}/best.toml\n", out);
  if (!complete) end_interrupted();
}

}  // namespace

void add_tune_command(CLI::App& app, const std::vector<std::string>& argv) {
  CLI::App* command = app.add_subcommand("tune", "Search for hyperparameters within a budget");
  command->footer(
      "Settings are drawn at random. Successive halving gives all of them a few steps,\n"
      "then the better half twice as many, until one is left; random gives all the same.\n"
      "They are scored in worlds of training that no learner meets, never in those of\n"
      "aicmp evaluate. best.toml is the scenario with the best setting.\n\n"
      "  aicmp tune AICMP/Curtailment-v0 --budget 2000000 \\\n"
      "    --over ppo.learning_rate=1e-4:1e-2:log --over ppo.entropy_weight=0,0.003,0.01\n"
      "  aicmp train runs/Curtailment-v0-tune/best.toml");
  const auto options = std::make_shared<TuneOptions>();
  options->argv = argv;
  command->add_option("scenario", options->scenario, "Problem or training scenario (TOML)")
      ->required()
      ->option_text(" ");
  command->add_option("--over", options->axes, "Hyperparameter and its range; may be repeated")
      ->required()
      ->allow_extra_args(false)
      ->option_text("KEY=A:B[:log]|V,V,...");
  command->add_option("--method", options->method, "halving or random")
      ->check(CLI::IsMember({"halving", "random"}))
      ->option_text("NAME");
  command->add_option("--trials", options->trials, "Settings to draw")
      ->check(CLI::Range(1, 100'000))
      ->option_text("N");
  command
      ->add_option("--budget", options->budget,
                   "Training steps of all trials; default those of the scenario")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  command->add_option("--episodes", options->episodes, "Worlds that score a setting")
      ->check(CLI::Range(1, 1'000'000))
      ->option_text("N");
  add_overrides(*command, options->overrides);
  command->add_option("--out", options->out, "Folder for the results; default runs/<name>-tune")
      ->option_text("DIR");
  command->add_flag("--force", options->force, "Replace the results of an earlier run there");
  command->add_flag("--quiet", options->quiet, "No progress");
  command->callback([options] { tune_command(*options); });
}

}  // namespace aicmp
