#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/forecast_folder.hpp"
#include "cli/history.hpp"
#include "cli/onnx.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/build_info.hpp"
#include "sim/forecast/evaluation.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/policy/files.hpp"

namespace aicmp {
namespace {

struct ForecastOptions {
  ForecastInput input;
  bool simulated = false;
  bool lstm = false;
  std::string since;
  std::string json;
  std::string out;
  bool force = false;
  std::uint64_t seed = 1;
};

/// Checks that there is something to foretell, and reads the dates.
void prepare(ForecastOptions& options) {
  const ForecastInput& input = options.input;
  if (!options.simulated && (input.daily + input.blocks + input.mempool + input.energy).empty()) {
    throw ConfigError({}, "", "there is nothing to foretell",
                      "--daily, --blocks, --mempool, --energy, --simulated");
  }
  if (!options.since.empty()) options.input.since_unix_s = parse_since(options.since);
  options.input.now_unix_s = now_unix_s();
}

/// What there is to foretell, read from files or drawn.
struct Series {
  std::vector<EpochCase> epochs;  // of difficulty; none: it is not asked for
  std::string epochs_source;
  std::vector<Target> targets;
};

Series series_of(const ForecastOptions& options) {
  constexpr std::size_t kSimulatedEpochs = 500;
  constexpr double kSimulatedGrowthSd = 0.03;
  if (options.simulated) {
    return {draw_epochs(kSimulatedEpochs, kSimulatedGrowthSd, options.seed), "simulated",
            simulated_targets(options.seed)};
  }
  Series series;
  if (!options.input.blocks.empty()) {
    series.epochs = epoch_cases(BlockHistory(options.input.blocks));
    series.epochs_source = std::filesystem::path(options.input.blocks).filename();
  }
  series.targets = recorded_targets(options.input);
  return series;
}

std::vector<Comparison> comparisons_of(const ForecastOptions& options, Series& series) {
  std::vector<Comparison> all;
  const auto add = [&](std::vector<Comparison> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  if (!series.epochs_source.empty()) {
    add(evaluate_difficulty(series.epochs, series.epochs_source,
                            options.lstm ? std::optional(options.seed) : std::nullopt));
  }
  for (Target& target : series.targets) {
    // Intervals are exponential, whatever came before: there is nothing to learn.
    if (options.lstm && target.name != "block interval") add_lstm(target, options.seed);
    add(evaluate(target));
  }
  return all;
}

RunFacts facts_of(const ForecastOptions& options, const std::vector<std::string>& argv) {
  RunFacts facts;
  facts.argv = argv;
  for (const std::string& path :
       {options.input.daily, options.input.blocks, options.input.mempool, options.input.energy}) {
    if (!path.empty()) facts.input_files.push_back(path);
  }
  facts.seed = options.seed;
  return facts;
}

void run_evaluate(ForecastOptions& options, const std::vector<std::string>& argv) {
  prepare(options);
  Series series = series_of(options);
  if (!options.json.empty()) check_writable(options.json);
  std::vector<Comparison> comparisons;
  if (options.out.empty()) {
    comparisons = comparisons_of(options, series);
  } else {
    RunFolder folder(options.out, options.force, facts_of(options, argv));
    folder.fill([&] {
      comparisons = comparisons_of(options, series);
      write_forecasts(folder, comparisons);
      return true;
    });
  }
  if (!options.json.empty()) write_file(options.json, evaluation_json(comparisons));
  write_stdout(evaluation_text(comparisons));
  if (!options.out.empty()) fmt::print(stderr, "forecasts in {}\n", options.out);
}

struct ForecastTrainOptions {
  ForecastOptions data;
  std::string target;
  std::string out;
};

const Target& find_target(const std::vector<Target>& targets, const std::string& name) {
  std::string names;
  for (const Target& target : targets) {
    if (target.name == name) return target;
    names += (names.empty() ? "" : ", ") + target.name;
  }
  throw ConfigError({}, "--target", fmt::format("the files do not hold '{}'", name), names);
}

/// Trains on the whole series; the walk before it, on which nothing was seen ahead, is its record.
void run_train(ForecastTrainOptions& options) {
  prepare(options.data);
  std::vector<Target> targets = options.data.simulated ? simulated_targets(options.data.seed)
                                                       : recorded_targets(options.data.input);
  Target target = find_target(targets, options.target);
  make_empty_folder(options.out);
  add_lstm(target, options.data.seed);
  const std::vector<Comparison> comparisons = evaluate(target);
  const auto forecaster = lstm(lstm_for(target, options.data.seed));
  forecaster->fit(target.series, target.plan.horizons);

  PolicyBundle bundle;
  bundle.model = forecaster->model(target.name, target.scale);
  bundle.origin.program = "aicmp " + build_info().version + ", " + build_info().git_commit;
  bundle.origin.fallback = comparisons.front().rows.front().name;
  bundle.origin.training = {{"algorithm", "LSTM"},
                            {"seed", options.data.seed},
                            {"source", target.source},
                            {"values", target.series.size()}};
  bundle.origin.evaluation = nlohmann::ordered_json::parse(evaluation_json(comparisons));
  bundle.parity =
      record_parity(PolicyInference(bundle.model), forecaster->observation(target.series));
  write_bundle_files(bundle, options.out);
  seal_bundle(options.out);
  write_stdout(evaluation_text(comparisons));
  fmt::print(stderr, "bundle in {}\n", options.out);
}

void add_data_options(CLI::App& command, ForecastOptions& options) {
  ForecastInput& input = options.input;
  command.add_option("--daily", input.daily, "Price, fees and blocks by day")->option_text("CSV");
  command.add_option("--blocks", input.blocks, "height,time of consecutive blocks")
      ->option_text("CSV");
  command.add_option("--mempool", input.mempool, "Snapshots of a mempool")->option_text("CSV");
  command.add_option("--energy", input.energy, "Energy prices in USD/MWh")->option_text("CSV");
  command.add_flag("--simulated", options.simulated, "The engine's own processes instead");
  command.add_option("--since", options.since, "Leaves out earlier days of --daily")
      ->option_text("DATE");
  command.add_option("--seed", options.seed, "Seed of --simulated and of the LSTM")
      ->option_text("N");
}

void add_forecast_training(CLI::App& forecast) {
  CLI::App* command = forecast.add_subcommand("train", "Train an LSTM and write it as a bundle");
  command->footer(
      "The LSTM is first walked forward against the baselines, as by evaluate, and the\n"
      "record goes into the bundle with the baseline to fall back to; then it is trained\n"
      "on everything. Bundles are those of policies: docs/policy_bundle.md.\n\n"
      "  aicmp forecast train --energy prices.csv --target 'energy price' --out lstm");
  const auto options = std::make_shared<ForecastTrainOptions>();
  add_data_options(*command, options->data);
  command->add_option("--target", options->target, "What to foretell, as evaluate calls it")
      ->required()
      ->option_text("NAME");
  command->add_option("--out", options->out, "Folder of the bundle, new or empty")
      ->required()
      ->option_text("FOLDER");
  command->callback([options] { run_train(*options); });
}

void add_forecast_export(CLI::App& forecast) {
  struct Order {
    std::string folder;
    std::string key;
    std::string sign;
  };
  CLI::App* command =
      forecast.add_subcommand("export", "Add an ONNX graph to a trained forecaster");
  command->footer(
      "The bundle is checked first. policy.onnx must give the outputs that were recorded\n"
      "when it was trained, or nothing is written. Needs the Python package\n"
      "(pip install '.[export]').\n\n"
      "  aicmp forecast export lstm");
  const auto order = std::make_shared<Order>();
  command->add_option("folder", order->folder, "Folder that aicmp forecast train wrote")
      ->required();
  command->add_option("--key", order->key, "Ed25519 public key (PEM) that must have signed")
      ->option_text("FILE");
  command->add_option("--sign", order->sign, "Ed25519 private key (PEM) to sign with")
      ->option_text("FILE");
  command->callback(
      [order] { add_onnx(load_bundle(order->folder, order->key), order->folder, order->sign); });
}

}  // namespace

void add_forecast_command(CLI::App& app, const std::vector<std::string>& argv) {
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
  const auto options = std::make_shared<ForecastOptions>();
  add_data_options(*command, *options);
  command->add_flag("--lstm", options->lstm, "Also train an LSTM, minutes");
  command->add_option("--json", options->json, "Also write every score as JSON")
      ->option_text("FILE");
  command->add_option("--out", options->out, "Also a folder for aicmp report, new or empty")
      ->option_text("FOLDER");
  command->add_flag("--force", options->force, "Replaces what an earlier run left in --out");
  command->callback([options, argv] { run_evaluate(*options, argv); });
  add_forecast_training(*forecast);
  add_forecast_export(*forecast);
}

}  // namespace aicmp
