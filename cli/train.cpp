#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agents/make_learner.hpp"
#include "agents/tensorboard.hpp"
#include "agents/trained_policy.hpp"
#include "agents/training.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/learning_commands.hpp"
#include "cli/overrides.hpp"
#include "cli/progress.hpp"
#include "cli/study.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/toml_writer.hpp"

namespace aicmp {
namespace {

struct TrainOptions {
  std::vector<std::string> argv;
  std::string scenario;
  std::string resume;
  std::vector<std::string> overrides;
  std::string algorithm;
  std::int64_t steps = 0;    // 0: the scenario's
  std::int64_t seed = -1;    // -1: the scenario's
  std::int64_t threads = 0;  // 0: the scenario's
  std::string device;
  std::string out;
  bool force = false;
  bool quiet = false;

  std::vector<std::string> all_overrides() const {
    std::vector<std::string> all = overrides;
    if (!algorithm.empty()) all.push_back("train.algorithm=" + algorithm);
    if (steps > 0) all.push_back(fmt::format("train.steps={}", steps));
    if (seed >= 0) all.push_back(fmt::format("train.seed={}", seed));
    if (threads > 0) all.push_back(fmt::format("train.threads={}", threads));
    if (!device.empty()) all.push_back("train.device=" + device);
    return all;
  }
};

double metric(const Metrics& metrics, std::string_view name) {
  for (const auto& [key, value] : metrics) {
    if (key == name) return value;
  }
  return std::nan("");
}

/// `return 57.3  KL .008  EV .93`, or what is there of it.
std::string note_of(const Metrics& metrics) {
  std::string note;
  for (const auto& [name, label] :
       {std::pair{"charts/score", "score"}, std::pair{"losses/approx_kl", "KL"},
        std::pair{"losses/explained_variance", "EV"}}) {
    const double value = metric(metrics, name);
    if (std::isfinite(value))
      note += fmt::format("{}{} {:.3g}", note.empty() ? "" : "  ", label, value);
  }
  return note;
}

/// metrics.csv, without what differs between equal runs, and TensorBoard's file, with it. The text
/// of the table travels in checkpoints, so that a resumed run has one table.
class MetricsLog {
 public:
  MetricsLog(RunFolder& folder, std::string table)
      : csv_(folder.create("metrics.csv")),
        board_(folder.path() + "/tb"),
        table_(std::move(table)) {
    csv_.write(table_);
  }

  void add(const TrainingState& state) {
    std::string rows;
    if (table_.empty()) {
      rows = "global_step";
      for (const auto& [name, value] : state.metrics) rows += "," + name;
      rows += "\n";
    }
    rows += fmt::format("{}", state.steps);
    for (const auto& [name, value] : state.metrics) {
      rows += std::isfinite(value) ? fmt::format(",{}", value) : ",";
    }
    rows += "\n";
    csv_.write(rows);
    csv_.flush();
    table_ += rows;

    Metrics timed = state.metrics;
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_time_).count();
    timed.emplace_back("charts/SPS", static_cast<double>(state.steps - last_steps_) / seconds);
    board_.add(state.steps, timed);
    last_time_ = now;
    last_steps_ = state.steps;
  }

  void begin_at(std::int64_t steps) { last_steps_ = steps; }
  const std::string& table() const { return table_; }
  void close() { board_.close(); }

 private:
  OutputFile& csv_;
  TensorBoardFile board_;
  std::string table_;
  std::chrono::steady_clock::time_point last_time_ = std::chrono::steady_clock::now();
  std::int64_t last_steps_ = 0;
};

std::string summary_of(const TrainingConfig& config, const Learner& learner) {
  nlohmann::ordered_json json = {{"problem", config.problem}, {"steps", learner.steps()}};
  for (const auto& [name, value] : learner.metrics()) {
    json[name] = std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr;
  }
  return json.dump(2) + "\n";
}

void train_command(const TrainOptions& options) {
  const bool resume = !options.resume.empty();
  if (resume == !options.scenario.empty()) {
    throw ConfigError({}, "", "either a scenario or --resume is needed",
                      "aicmp train SCENARIO, or aicmp train --resume FOLDER");
  }
  TrainingScenario scenario(resume ? options.resume + "/scenario.toml" : options.scenario,
                            options.all_overrides());
  const TrainingConfig& config = scenario.config();
  const std::string out = resume                ? options.resume
                          : options.out.empty() ? "runs/" + config.name
                                                : options.out;
  const std::string checkpoint = checkpoint_path(out);
  const std::unique_ptr<Learner> learner = make_learner(scenario);
  std::string table;
  if (resume) {
    const Archive archive(checkpoint);
    learner->load(archive);
    table = archive.get("metrics.csv");
  }

  const OptionTable shown = scenario.table();
  RunFacts facts;
  facts.argv = options.argv;
  facts.scenario_path = scenario.path();
  facts.scenario_toml = write_toml(shown, TomlComments::kHelp, out);
  facts.input_files = input_files(shown);
  facts.seed = static_cast<std::uint64_t>(config.seed);
  facts.threads = static_cast<int>(config.threads);
  facts.continues = resume;
  catch_interrupts();
  RunFolder folder(out, options.force, facts);
  const bool complete = folder.fill([&] {
    MetricsLog log(folder, std::move(table));
    log.begin_at(learner->steps());
    bool trained = false;
    {
      Progress progress(config.name, "steps", static_cast<double>(config.steps), options.quiet);
      progress.add(static_cast<double>(learner->steps()));
      TrainingRun run;
      run.total_steps = config.steps;
      run.log_steps =
          config.log_steps > 0 ? config.log_steps : std::max<std::int64_t>(1, config.steps / 200);
      run.checkpoint_steps = config.checkpoint_steps > 0
                                 ? config.checkpoint_steps
                                 : std::max<std::int64_t>(1, config.steps / 10);
      run.checkpoint = checkpoint;
      run.interrupt = &interrupt_flag();
      run.on_progress = [&](const TrainingState& state) {
        progress.note(note_of(state.metrics));
        progress.add(static_cast<double>(state.new_steps));
      };
      run.on_log = [&](const TrainingState& state) { log.add(state); };
      run.on_checkpoint = [&](Archive& archive) { archive.put("metrics.csv", log.table()); };
      trained = train(*learner, run);
    }
    log.close();
    folder.create("summary.json").write(summary_of(config, *learner));
    return trained;
  });
  if (!options.quiet) {
    fmt::print(stderr, "results in {}{}\n", out,
               complete ? "" : fmt::format("; go on with: aicmp train --resume {}", out));
  }
  if (!complete) end_interrupted();
}

}  // namespace

void add_train_command(CLI::App& app, const std::vector<std::string>& argv) {
  CLI::App* command = app.add_subcommand("train", "Train a policy for a decision problem");
  command->footer(
      "The scenario is the id of a problem (aicmp train AICMP/Curtailment-v0) or a TOML\n"
      "file with a problem, its options and hyperparameters (scenarios/train). The folder\n"
      "holds metrics.csv, TensorBoard files in tb/, and a checkpoint that is replaced\n"
      "every so often and on Ctrl-C; --resume goes on from it, to the same weights.\n\n"
      "  aicmp train AICMP/SelfishMining-v0 --algo ppo --steps 2000000\n"
      "  aicmp train scenarios/train/curtailment.toml --out runs/mine --seed 7\n"
      "  aicmp train --resume runs/mine");
  const auto options = std::make_shared<TrainOptions>();
  options->argv = argv;
  command->add_option("scenario", options->scenario, "Problem or training scenario (TOML)")
      ->option_text(" ");
  command->add_option("--resume", options->resume, "Go on with an interrupted run")
      ->option_text("DIR");
  command->add_option("--algo", options->algorithm, "ppo, a2c or dqn; default the scenario's")
      ->option_text("NAME");
  command->add_option("--steps", options->steps, "Steps of all worlds together")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  command->add_option("--seed", options->seed, "Seed of all random numbers")
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  command
      ->add_option("--threads", options->threads,
                   "Threads that share worlds, actions and gradients")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
  command
      ->add_option("--device", options->device,
                   "cpu or cuda, where libtorch has it; default the scenario's")
      ->option_text("NAME");
  add_overrides(*command, options->overrides);
  command->add_option("--out", options->out, "Folder for the results; default runs/<name>")
      ->option_text("DIR");
  command->add_flag("--force", options->force, "Replace the results of an earlier run there");
  command->add_flag("--quiet", options->quiet, "No progress");
  command->callback([options] { train_command(*options); });
}

}  // namespace aicmp
