#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/equilibrium.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/output_file.hpp"
#include "sim/game/participation.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kMostMiners = 1000;
constexpr std::size_t kMostEtas = 1000;

struct EtaOptions {
  std::size_t miners = 20;
  std::vector<double> sizes;
  double fee = 0.005;
  double outside_fee = 0.015;
  std::string etas = "0.9:1:0.005";
  int sweeps = 1000;
  std::string csv;
};

/// `first:last:step`, or numbers separated by commas.
std::vector<double> parse_etas(const std::string& text) {
  std::vector<double> etas;
  if (text.find(':') == std::string::npos) {
    for (const std::string& part : split(text, ',')) etas.push_back(number("--etas", part));
  } else {
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() != 3) {
      throw ConfigError({}, "--etas", "expected first:last:step or a list with commas");
    }
    const double first = number("--etas", parts[0]);
    const double last = number("--etas", parts[1]);
    const double step = number("--etas", parts[2]);
    if (!(step > 0.0) || last < first) {
      throw ConfigError({}, "--etas", "expected first <= last and a step > 0");
    }
    const double count = std::floor((last - first) / step + 1e-9) + 1.0;
    if (count > static_cast<double>(kMostEtas)) {
      throw ConfigError({}, "--etas", fmt::format("more than {} values", kMostEtas));
    }
    // Decimal steps land on decimals, and on 1 exactly.
    for (double i = 0.0; i < count; ++i) {
      etas.push_back(std::round((first + i * step) * 1e12) / 1e12);
    }
  }
  for (const double eta : etas) {
    if (eta < 0.0 || eta > 1.0) {
      throw ConfigError({}, "--etas", fmt::format("{} is out of range", eta), "[0, 1]");
    }
  }
  return etas;
}

std::string_view outcome_name(ParticipationOutcome outcome) {
  switch (outcome) {
    case ParticipationOutcome::kFull:
      return "all stay";
    case ParticipationOutcome::kPartial:
      return "settles";
    case ParticipationOutcome::kEmpty:
      return "empty";
    case ParticipationOutcome::kCycle:
      return "cycle";
    case ParticipationOutcome::kUnsettled:
      return "unsettled";
  }
  return "";
}

void show_eta(const EtaOptions& options) {
  std::vector<double> sizes = options.sizes;
  if (sizes.empty()) sizes.assign(options.miners, 1.0);
  if (sizes.size() < 2 || sizes.size() > kMostMiners) {
    throw ConfigError({}, "--sizes", fmt::format("{} miners", sizes.size()),
                      fmt::format("2 to {}", kMostMiners));
  }
  const std::vector<double> etas = parse_etas(options.etas);
  std::optional<OutputFile> file;
  std::optional<CsvWriter> csv;
  if (!options.csv.empty()) {
    file.emplace(options.csv);
    csv.emplace(*file, std::initializer_list<std::string_view>{
                           "eta", "outcome", "sweeps", "in_pool_mean", "in_pool_low",
                           "in_pool_high", "largest_effective_fee", "smallest_effective_fee"});
  }
  const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
  std::string text =
      fmt::format("{} miners of divisible hash rate; fee {:g} in the eta pool, {:g} outside.\n",
                  sizes.size(), options.fee, options.outside_fee);
  const double critical = critical_eta(sizes, options.fee, options.outside_fee);
  text += std::isinf(critical)
              ? "No eta keeps all of it in the pool: outside is cheaper.\n\n"
              : fmt::format("All of it stays from eta_c = {:.6f} on.\n\n", critical);
  text += fmt::format("{:>8}  {:<17}  {}\n", "", "effective fee of", "part in the pool");
  text += fmt::format("{:>8}  {:>7}  {:>8}  {:>7} {:>7} {:>7}  {:<9} {:>6}\n", "eta", "largest",
                      "smallest", "mean", "low", "high", "outcome", "sweeps");
  for (const double eta : etas) {
    const Participation end =
        best_response_dynamics({sizes, eta, options.fee, options.outside_fee}, options.sweeps);
    const std::vector<double> fees = effective_fees(sizes, eta, options.fee);
    const double fee_of_largest = fees[static_cast<std::size_t>(largest - sizes.begin())];
    const double fee_of_smallest = fees[static_cast<std::size_t>(smallest - sizes.begin())];
    text +=
        fmt::format("{:>8.6g}  {:>6.2f}%  {:>7.1f}%  {:>6.2f}% {:>6.2f}% {:>6.2f}%  {:<9} {:>6}\n",
                    eta, 100.0 * fee_of_largest, 100.0 * fee_of_smallest, 100.0 * end.mean,
                    100.0 * end.low, 100.0 * end.high, outcome_name(end.outcome), end.sweeps);
    if (csv) {
      csv->row(eta, outcome_name(end.outcome), end.sweeps, end.mean, end.low, end.high,
               fee_of_largest, fee_of_smallest);
    }
  }
  if (file) file->close();
  write_stdout(text);
}

}  // namespace

void add_eta_equilibrium(CLI::App& group) {
  CLI::App* command = group.add_subcommand("eta", "Who stays in an eta pool, over eta");
  command->footer(
      "Miners may put any part of their hash rate elsewhere, at proportional pay less\n"
      "the outside fee. From all in, they respond best in turn until nobody moves, or\n"
      "until the state comes back: a cycle, shown by its range. Effective fees are\n"
      "those with everybody in. Risk is left out (see 'aicmp equilibrium pools').\n\n"
      "  aicmp equilibrium eta --miners 20 --fee 0.005 --outside-fee 0.015\n"
      "  aicmp equilibrium eta --sizes 100,10,10,1 --etas 0.9:1:0.01 --csv curve.csv");
  const auto options = std::make_shared<EtaOptions>();
  CLI::Option* miners = command->add_option("--miners", options->miners, "Equal miners; default 20")
                            ->check(CLI::Range(std::size_t{2}, kMostMiners))
                            ->option_text("N");
  command->add_option("--sizes", options->sizes, "Their sizes instead, in any unit")
      ->delimiter(',')
      ->check(within(Limits::between(1e-12, 1e18)))
      ->excludes(miners)
      ->option_text("LIST");
  command->add_option("--fee", options->fee, "Of the eta pool; default 0.005")
      ->check(within(kFraction))
      ->option_text("PART");
  command->add_option("--outside-fee", options->outside_fee, "Elsewhere; default 0.015")
      ->check(within(kFraction))
      ->option_text("PART");
  command->add_option("--etas", options->etas, "first:last:step or a list; default 0.9:1:0.005")
      ->option_text("ETAS");
  command->add_option("--sweeps", options->sweeps, "At most so many rounds; default 1000")
      ->check(CLI::Range(1, 100'000))
      ->option_text("N");
  command->add_option("--csv", options->csv, "Write the curve there, too")->option_text("FILE");
  command->callback([options] { show_eta(*options); });
}

}  // namespace aicmp
