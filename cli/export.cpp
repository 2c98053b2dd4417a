#include <memory>

#include <fmt/format.h>

#include "agents/evaluation.hpp"
#include "agents/trained_policy.hpp"
#include "agents/training_config.hpp"
#include "cli/commands.hpp"
#include "cli/learning_commands.hpp"
#include "sim/base/error.hpp"
#include "sim/base/sha256.hpp"
#include "sim/experiment/build_info.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/policy/files.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kParityRows = 256;
constexpr std::uint64_t kParitySeed = 3'000'000;

struct ExportOptions {
  std::string run;
  std::string out;
  std::string key;
  std::int64_t episodes = 200;
};

/// What the policy sees in its first steps in one world.
std::vector<float> observations_of(const TrainingScenario& scenario, const PolicyModel& model) {
  const auto world = scenario.make_environment({.size = 1});
  Memory memory(*world);
  world->seed(0, kParitySeed);
  world->reset_into({}, memory.buffers());
  const Decide decide = decide_by(model);
  std::vector<float> rows;
  for (std::size_t i = 0; i < kParityRows; ++i) {
    rows.insert(rows.end(), memory.observation.begin(), memory.observation.end());
    decide(*world, memory);
    world->step_into(memory.actions(), memory.buffers());
  }
  return rows;
}

void export_command(const ExportOptions& options) {
  const std::string scenario_path = options.run + "/scenario.toml";
  TrainingScenario scenario(scenario_path, {});
  const TrainingConfig& config = scenario.config();
  PolicyBundle bundle;
  bundle.model = trained_policy(options.run);
  make_empty_folder(options.out);
  const BuildInfo build = build_info();
  bundle.origin.program = fmt::format("aicmp {} ({})", build.version, build.git_commit);
  bundle.origin.scenario_sha256 = sha256_of_file(scenario_path);
  bundle.origin.fallback = scenario.make_environment({})->spec().baseline;
  bundle.origin.training = {
      {"algorithm", name_of(config.algorithm)}, {"steps", config.steps}, {"seed", config.seed}};
  bundle.origin.evaluation = nlohmann::ordered_json::parse(
      evaluate({bundle.model}, scenario.worlds(), static_cast<std::size_t>(options.episodes),
               config.steps)
          .json());
  bundle.parity =
      record_parity(PolicyInference(bundle.model), observations_of(scenario, bundle.model));

  write_bundle_files(bundle, options.out);
  seal_bundle(options.out, options.key);
  static_cast<void>(load_bundle(options.out));
  write_stdout(fmt::format("the policy is in {}: {}\n", options.out,
                           bundle.origin.evaluation.at("verdict").get<std::string>()));
}

}  // namespace

void add_export_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("export", "Write a trained policy as a bundle");
  command->footer(
      "The bundle is a folder that a production pool can check and run without any of\n"
      "this (docs/policy_bundle.md). It carries an evaluation in held-out worlds, and\n"
      "outputs on recorded observations that every reader must reproduce.\n\n"
      "  aicmp export runs/mine --out bundles/mine\n"
      "  aicmp export runs/mine --out bundles/mine --key private.pem");
  const auto options = std::make_shared<ExportOptions>();
  command->add_option("run", options->run, "Folder of a training run")
      ->required()
      ->option_text(" ");
  command->add_option("--out", options->out, "Folder of the bundle, new or empty")
      ->required()
      ->option_text("DIR");
  command->add_option("--key", options->key, "Private key (Ed25519, PEM) to sign it with")
      ->option_text("FILE");
  command->add_option("--episodes", options->episodes, "Held-out worlds of the evaluation")
      ->check(CLI::Range(2, 1'000'000))
      ->option_text("N");
  command->callback([options] { export_command(*options); });
}

}  // namespace aicmp
