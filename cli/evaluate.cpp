#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "agents/evaluation.hpp"
#include "agents/trained_policy.hpp"
#include "agents/training_config.hpp"
#include "cli/commands.hpp"
#include "cli/learning_commands.hpp"
#include "cli/overrides.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

struct EvaluateOptions {
  std::vector<std::string> runs;
  std::vector<std::string> overrides;
  std::int64_t episodes = 200;
  std::int64_t tuning_steps = 0;  // 0: as many as the policy was trained with
  bool json = false;
};

void evaluate_command(const EvaluateOptions& options) {
  std::vector<PolicyModel> policies;
  for (const std::string& run : options.runs) policies.push_back(trained_policy(run));
  const TrainingScenario scenario(options.runs.front() + "/scenario.toml", options.overrides);
  const TrainingConfig& config = scenario.config();
  const EnvSpec& spec = scenario.make_environment({})->spec();
  for (std::size_t i = 0; i < policies.size(); ++i) {
    if (policies[i].problem != config.problem ||
        policies[i].features.size() != spec.observation.size() ||
        policies[i].outputs() !=
            (spec.action.continuous() ? spec.action.numbers.size() : spec.action.choices())) {
      throw ConfigError({options.runs[i], 0}, "",
                        fmt::format("its policy is for another problem than {}, {}",
                                    options.runs.front(), config.problem));
    }
  }
  const Evaluation result =
      evaluate(policies, scenario.worlds(), static_cast<std::size_t>(options.episodes),
               options.tuning_steps > 0 ? options.tuning_steps : config.steps);
  write_stdout(options.json ? result.json() : result.text());
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("evaluate", "Compare trained policies with the problem's heuristics");
  command->footer(
      "Plays the policy and every heuristic in the same held-out worlds, which training\n"
      "never meets, and says whether the policy beats the best of them. Heuristics are\n"
      "tuned first, with as many steps of the simulator as the policy was trained with.\n"
      "Several runs of one scenario are training seeds: their score is an interquartile\n"
      "mean. --set changes the problem, to see how a policy fares elsewhere.\n\n"
      "  aicmp evaluate runs/mine\n"
      "  aicmp evaluate runs/seed-1 runs/seed-2 runs/seed-3 --episodes 1000 --json\n"
      "  aicmp evaluate runs/mine --set restart_hours=1");
  const auto options = std::make_shared<EvaluateOptions>();
  command->add_option("runs", options->runs, "Folders of training runs")
      ->required()
      ->option_text(" ");
  command->add_option("--episodes", options->episodes, "Held-out worlds")
      ->check(CLI::Range(2, 1'000'000))
      ->option_text("N");
  command
      ->add_option("--tuning-steps", options->tuning_steps,
                   "Simulator steps to tune each heuristic with")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  add_overrides(*command, options->overrides);
  command->add_flag("--json", options->json, "Print JSON instead of text");
  command->callback([options] { evaluate_command(*options); });
}

}  // namespace aicmp
