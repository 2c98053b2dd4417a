#include <chrono>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "sim/base/error.hpp"
#include "sim/forecast/evaluation.hpp"
#include "sim/market/civil_time.hpp"

namespace aicmp {
namespace {

struct EvaluateOptions {
  ForecastInput input;
  bool simulated = false;
  bool lstm = false;
  std::string since;
  std::string json;
  std::uint64_t seed = 1;
};

std::vector<Comparison> comparisons_of(const EvaluateOptions& options) {
  std::vector<Comparison> all;
  const auto add = [&](std::vector<Comparison> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  const auto add_targets = [&](std::vector<Target> targets) {
    for (Target& target : targets) {
      // Intervals are exponential, whatever came before: there is nothing to learn.
      if (options.lstm && target.name != "block interval") add_lstm(target, options.seed);
      add(evaluate(target));
    }
  };
  constexpr std::size_t kSimulatedEpochs = 500;
  constexpr double kSimulatedGrowthSd = 0.03;
  if (options.simulated) {
    add(evaluate_difficulty(draw_epochs(kSimulatedEpochs, kSimulatedGrowthSd, options.seed),
                            "simulated"));
    add_targets(simulated_targets(options.seed));
    return all;
  }
  if (!options.input.blocks.empty()) {
    const BlockHistory blocks(options.input.blocks);
    add(evaluate_difficulty(epoch_cases(blocks), options.input.blocks.substr(
                                                     options.input.blocks.find_last_of('/') + 1)));
  }
  add_targets(recorded_targets(options.input));
  return all;
}

void run_evaluate(EvaluateOptions& options) {
  const ForecastInput& input = options.input;
  if (!options.simulated && (input.daily + input.blocks + input.mempool + input.energy).empty()) {
    throw ConfigError({}, "", "there is nothing to foretell",
                      "--daily, --blocks, --mempool, --energy, --simulated");
  }
  if (!options.since.empty()) {
    const std::optional<std::int64_t> since = parse_date(options.since);
    if (!since) throw ConfigError({}, "--since", options.since + " is no date", "YYYY-MM-DD");
    options.input.since_unix_s = *since;
  }
  options.input.now_unix_s = std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
  const std::vector<Comparison> comparisons = comparisons_of(options);
  if (!options.json.empty()) {
    std::ofstream file(options.json, std::ios::binary);
    file << evaluation_json(comparisons);
    if (!file.flush()) throw IoError(options.json, "cannot be written");
  }
  write_stdout(evaluation_text(comparisons));
}

}  // namespace

void add_forecast_command(CLI::App& app) {
  CLI::App* forecast = app.add_subcommand("forecast", "How well can the future be foretold?");
  forecast->require_subcommand(1);
  CLI::App* command = forecast->add_subcommand(
      "evaluate", "Score forecasters on history, walking forward, against each other");
  command->footer(
      "Next difficulty, price, fees, block intervals, mempool and energy price, as far as\n"
      "the files go (columns as for `aicmp calibrate`). Every forecast is made from what\n"
      "was known then. A forecaster is used only where it is better than the simplest\n"
      "beyond doubt; where none is, the table says so.\n\n"
      "  aicmp forecast evaluate --daily btc.csv --since 2021-01-01 --blocks blocks.csv\n"
      "  aicmp forecast evaluate --simulated");
  const auto options = std::make_shared<EvaluateOptions>();
  ForecastInput& input = options->input;
  command->add_option("--daily", input.daily, "Price, fees and blocks by day")->option_text("CSV");
  command->add_option("--blocks", input.blocks, "height,time of consecutive blocks")
      ->option_text("CSV");
  command->add_option("--mempool", input.mempool, "Snapshots of a mempool")->option_text("CSV");
  command->add_option("--energy", input.energy, "Energy prices in USD/MWh")->option_text("CSV");
  command->add_flag("--simulated", options->simulated, "The engine's own processes instead");
  command->add_flag("--lstm", options->lstm, "Also train an LSTM, minutes");
  command->add_option("--since", options->since, "Leaves out earlier days of --daily")
      ->option_text("DATE");
  command->add_option("--json", options->json, "Also write every score as JSON")
      ->option_text("FILE");
  command->add_option("--seed", options->seed, "Seed of --simulated and of the LSTM")
      ->option_text("N");
  command->callback([options] { run_evaluate(*options); });
}

}  // namespace aicmp
