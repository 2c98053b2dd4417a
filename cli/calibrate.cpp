#include "sim/calibration/calibrate.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/history.hpp"
#include "sim/policy/files.hpp"

namespace aicmp {
namespace {

struct CalibrateOptions {
  CalibrationInput input;
  std::string since;
  std::string out;
  std::string json;
};

void run_calibrate(CalibrateOptions& options) {
  if (!options.since.empty()) options.input.since_unix_s = parse_since(options.since);
  options.input.now_unix_s = now_unix_s();
  check_writable(options.out);
  if (!options.json.empty()) check_writable(options.json);
  const Calibration calibration = calibrate(options.input);
  write_file(options.out, calibration_toml(calibration));
  if (!options.json.empty()) write_file(options.json, calibration_json(calibration));
  write_stdout(calibration_text(calibration));
  fmt::print(stderr, "parameters in {}\n", options.out);
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("calibrate", "Fit the simulator's processes to files of history");
  command->footer(
      "Every estimate has a standard error, from refitting what the engine draws under\n"
      "it; where the model misses the data, it says so. Holes in files are told by line\n"
      "and never filled. Columns: see docs/forecasting.md; Coin Metrics' community\n"
      "btc.csv is read as downloaded. The result is a part of a scenario, for extends.\n\n"
      "  aicmp calibrate --daily btc.csv --since 2021-01-01 --out params.toml\n"
      "  aicmp calibrate --blocks blocks.csv --mempool mempool.csv --out params.toml");
  const auto options = std::make_shared<CalibrateOptions>();
  CalibrationInput& input = options->input;
  command->add_option("--daily", input.daily, "Price, hash rate and fees by day")
      ->option_text("CSV");
  command->add_option("--blocks", input.blocks, "height,time of consecutive blocks")
      ->option_text("CSV");
  command->add_option("--arrivals", input.arrivals, "height,arrival_time,header_time")
      ->option_text("CSV");
  command->add_option("--stale", input.stale, "height of each stale block")->option_text("CSV");
  command->add_option("--mempool", input.mempool, "Snapshots of a mempool, minutes apart")
      ->option_text("CSV");
  command->add_option("--energy", input.energy, "Energy prices in USD/MWh")->option_text("CSV");
  command
      ->add_option("--energy-utc-offset", input.energy_utc_offset_hours,
                   "Hours of local time from UTC; default 0")
      ->check(CLI::Range(-14.0, 14.0))
      ->option_text("H");
  command->add_option("--since", options->since, "Leaves out earlier days of --daily")
      ->option_text("DATE");
  command
      ->add_option(
          "--hold-out", input.hold_out,
          "Part of --daily and --blocks, the last, that a fit to the rest must foretell; 0: "
          "none; default 0.2")
      ->check(CLI::Range(0.0, 0.5))
      ->option_text("PART");
  command->add_option("--out", options->out, "The parameters, TOML")
      ->required()
      ->option_text("FILE");
  command->add_option("--json", options->json, "Also write every fit and check as JSON")
      ->option_text("FILE");
  command->add_option("--seed", input.seed, "Seed of the series that errors are drawn with")
      ->option_text("N");
  command->callback([options] { run_calibrate(*options); });
}

}  // namespace aicmp
