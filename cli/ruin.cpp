#include "sim/experiment/ruin.hpp"

#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"

namespace aicmp {
namespace {

constexpr double kRelativeError = 0.1;  // that the number of plain runs is stated for

struct RuinOptions {
  double reserve_blocks = 0.0;
  double fee = 0.0;
  double orphan_rate = 0.0;
  double blocks = 0.0;  // 0: for ever alone
  double target = 0.01;
  std::int64_t paths = 20'000;
  std::uint64_t seed = 1;
};

/// Unlike CLI::Range, refuses NaN.
CLI::Validator between(double low, double high) {
  return CLI::Validator(
      [low, high](std::string& text) {
        double value = 0.0;
        const bool good = CLI::detail::lexical_cast(text, value) && value >= low && value <= high;
        return good ? ""
                    : fmt::format("{} is out of range (allowed: {:g} to {:g})", text, low, high);
      },
      "");
}

std::string exact_line(std::string_view when, double probability) {
  std::string text = fmt::format("{:<34}{:.6g}", when, probability);
  if (probability > 0.0 && probability < 1.0) {
    const double runs = std::ceil(naive_runs(probability, kRelativeError));
    text += fmt::format("   ({} plain runs for ± {:g} % of it)",
                        runs < 1e6 ? fmt::format("{:.0f}", runs) : fmt::format("{:.1e}", runs),
                        100 * kRelativeError);
  }
  return text + "\n";
}

std::string report(const RuinOptions& options) {
  const PpsOperator pps{options.reserve_blocks,
                        fee_after_orphans(options.fee, options.orphan_rate)};
  std::string text = fmt::format("PPS operator with a reserve of {:g} blocks and a fee of {:g} %",
                                 options.reserve_blocks, 100 * options.fee);
  if (options.orphan_rate > 0) {
    text += fmt::format(",\nof which {:g} % of orphans leave {:.5g} %", 100 * options.orphan_rate,
                        100 * pps.fee);
  }
  text += "\n\n" + exact_line("chance of ruin ever, exact", ruin_probability(pps));
  if (options.blocks > 0) {
    const double kept = options.blocks * (1.0 - options.orphan_rate);
    text += exact_line(fmt::format("within {:g} blocks, exact", options.blocks),
                       ruin_probability(pps, kept));
    const Moments weights = sample_ruin(pps, kept, options.paths, options.seed);
    text += fmt::format("{:<34}{:.6g} ± {:.2g}   (standard error, {} paths)\n",
                        "  by importance sampling", weights.mean(), weights.standard_error(),
                        options.paths);
  }
  const double reserve = reserve_for_ruin(options.target, pps.fee);
  text +=
      fmt::format("{:<34}", fmt::format("reserve for {:g} % of ruin ever", 100 * options.target));
  text += std::isfinite(reserve) ? fmt::format("{:.2f} blocks\n", reserve)
                                 : "none suffices: nothing is left of the fee\n";
  return text;
}

}  // namespace

void add_ruin_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("ruin", "How probable is the ruin of a PPS operator?");
  command->footer(
      "Amounts are in units of the mean reward of a block, time in blocks that the\n"
      "pool may expect to find. Rewards are taken as equal: where fees vary, ruin is\n"
      "more probable. `aicmp run` simulates that.\n\n"
      "  aicmp ruin --reserve-blocks 50 --fee 0.02 --blocks 4320\n"
      "  aicmp ruin --reserve-blocks 50 --fee 0.02 --orphan-rate 0.005");
  const auto options = std::make_shared<RuinOptions>();
  const CLI::Validator part = between(0.0, 0.999);
  command->add_option("--reserve-blocks", options->reserve_blocks, "Reserve at the start")
      ->required()
      ->check(between(0.0, 1e6))
      ->option_text("R");
  command->add_option("--fee", options->fee, "Part of the expected reward that is kept")
      ->required()
      ->check(part)
      ->option_text("F");
  command
      ->add_option("--orphan-rate", options->orphan_rate, "Part of the blocks found that is lost")
      ->check(part)
      ->option_text("O");
  command->add_option("--blocks", options->blocks, "Horizon; without it only ruin ever")
      ->check(between(1e-3, 1e7))
      ->option_text("T");
  command->add_option("--paths", options->paths, "Simulated paths of the reserve; default 20000")
      ->check(CLI::Range(2, 100'000'000))
      ->option_text("N");
  command->add_option("--target", options->target, "Chance to find the reserve for; default 0.01")
      ->check(between(1e-300, 1.0))
      ->option_text("P");
  command->add_option("--seed", options->seed, "Seed of the paths")->option_text("N");
  command->callback([options] { write_stdout(report(*options)); });
}

}  // namespace aicmp
