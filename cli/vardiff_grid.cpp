#include <cmath>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "sim/pool/vardiff/grid.hpp"

namespace aicmp {
namespace {

constexpr const char* kAllRules = "all";

struct GridOptions {
  std::vector<std::string> rules;
  std::string policy;         // folder of a bundle
  std::vector<double> rates;  // empty: the standard ones
  std::vector<std::string> scenarios;
  bool own_rate = false;
  bool json = false;
  bool csv = false;
  GridConfig grid;
};

std::string number_text(double value, int digits) {
  return std::isnan(value)   ? "-"
         : std::isinf(value) ? ">15m"
                             : fmt::format("{:.{}f}", value, digits);
}

constexpr const char* kGridRow =
    "{:<12} {:>5} {:<8} {:>6} {:>6} {:>6} {:>6} {:>6} {:>7} {:>7} {:>6} {:>6} {:>7} {:>6} {:>6}\n";

std::string grid_table_head() {
  return fmt::format(kGridRow, "rule", "spm", "scenario", "conv", "p10 s", "p50 s", "p90 s",
                     "err50", "err90", "fire/m", "react", "p50 s", "mean/m", "sd ln", "fire/h");
}

std::string grid_table_row(const GridCell& cell) {
  return fmt::format(kGridRow, cell.rule,
                     cell.shares_per_min > 0.0 ? fmt::format("{:g}", cell.shares_per_min) : "-",
                     cell.scenario, number_text(cell.converged, 3),
                     number_text(cell.convergence_p10_s, 0), number_text(cell.convergence_p50_s, 0),
                     number_text(cell.convergence_p90_s, 0), number_text(cell.error_p50, 3),
                     number_text(cell.error_p90, 3), number_text(cell.changes_per_min, 4),
                     number_text(cell.reacted, 3), number_text(cell.reaction_p50_s, 0),
                     number_text(cell.mean_shares_per_min, 2), number_text(cell.log_error_sd, 3),
                     number_text(cell.changes_per_hour, 2));
}

/// Names and values of a cell's numbers, alike in CSV and JSON.
std::vector<std::pair<const char*, double>> numbers(const GridCell& cell) {
  return {{"shares_per_min", cell.shares_per_min},
          {"converged", cell.converged},
          {"convergence_p10_s", cell.convergence_p10_s},
          {"convergence_p50_s", cell.convergence_p50_s},
          {"convergence_p90_s", cell.convergence_p90_s},
          {"error_p50", cell.error_p50},
          {"error_p90", cell.error_p90},
          {"changes_per_min", cell.changes_per_min},
          {"reacted", cell.reacted},
          {"reaction_p50_s", cell.reaction_p50_s},
          {"mean_shares_per_min", cell.mean_shares_per_min},
          {"log_error_sd", cell.log_error_sd},
          {"changes_per_hour", cell.changes_per_hour}};
}

std::string csv_head() {
  std::string text = "rule,scenario,trials";
  for (const auto& [name, value] : numbers({})) text += fmt::format(",{}", name);
  return text + "\n";
}

std::string csv_row(const GridCell& cell) {
  std::string text = fmt::format("{},{},{}", cell.rule, cell.scenario, cell.trials);
  for (const auto& [name, value] : numbers(cell)) {
    text += std::isfinite(value) ? fmt::format(",{:.17g}", value) : ",";
  }
  return text + "\n";
}

nlohmann::ordered_json json_of(const GridCell& cell) {
  nlohmann::ordered_json json = {
      {"rule", cell.rule}, {"scenario", cell.scenario}, {"trials", cell.trials}};
  for (const auto& [name, value] : numbers(cell)) json[name] = value;  // null if not finite
  return json;
}

void grid(GridOptions options) {
  if (!options.rates.empty()) options.grid.shares_per_min = options.rates;
  if (options.own_rate) options.grid.shares_per_min = {0.0};
  if (!options.scenarios.empty()) options.grid.scenarios.clear();
  for (const std::string& name : options.scenarios) {
    options.grid.scenarios.push_back(grid_scenario(name));
  }
  std::vector<VardiffConfig> rules;
  const auto add = [&](VardiffKind kind) -> VardiffConfig& {
    rules.emplace_back().kind = kind;
    return rules.back();
  };
  if (options.rules.empty() && options.policy.empty()) add(VardiffKind::kSv2Classic);
  for (const std::string& name : options.rules) {
    if (name != kAllRules) {
      add(vardiff_kind(name));
      continue;
    }
    for (const VardiffEntry& entry : vardiff_entries()) add(entry.kind);
  }
  if (!options.policy.empty()) {
    add(VardiffKind::kOptimum).bundle =
        (std::filesystem::path(options.policy) / "manifest.json").string();
  }
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  if (options.csv) write_stdout(csv_head());
  if (!options.csv && !options.json) write_stdout(grid_table_head());
  for (const VardiffConfig& rule : rules) {
    options.grid.rule = rule;
    run_grid(options.grid, [&](const GridCell& cell) {
      if (options.json) {
        cells.push_back(json_of(cell));
      } else {
        write_stdout(options.csv ? csv_row(cell) : grid_table_row(cell));
      }
    });
  }
  if (options.json) write_stdout(nlohmann::ordered_json{{"cells", cells}}.dump(2) + "\n");
}

std::string grid_footer() {
  std::string text =
      "A miner of 1 PH/s, whose shares are Poisson, alone with a rule for 30 minutes.\n"
      "conv, p10-p90   part of the trials that converged, and when: the last change\n"
      "                before five quiet minutes\n"
      "err50, err90    |difficulty / ideal - 1| at the end\n"
      "fire/m          changes per minute from two minutes after convergence on\n"
      "react, p50      any change within 5 minutes after a step at minute 15; median of\n"
      "                the time to it\n"
      "mean/m, sd ln,  scenario steady, the second and third hour: shares per minute, sd of\n"
      "fire/h          ln(difficulty / ideal), changes per hour\n\n"
      "  aicmp vardiff-grid\n"
      "  aicmp vardiff-grid --rule all --own-rate --scenario cold,steady,step-50 \\\n"
      "      --cold-factor 100\n"
      "  aicmp vardiff-grid --rule all --policy policies/share_difficulty\n\n"
      "Rules:\n";
  for (const VardiffEntry& entry : vardiff_entries()) {
    text += fmt::format("  {:<12} {}\n", entry.name, entry.help);
  }
  text += "\nScenarios:";
  for (const GridScenario& scenario : grid_scenarios()) text += " " + scenario.name;
  return text + "\n";
}

}  // namespace

void add_vardiff_grid_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("vardiff-grid", "Score share-difficulty rules on the Stratum V2 metrics");
  command->footer(grid_footer());
  const auto options = std::make_shared<GridOptions>();
  command->add_option("--rule", options->rules, "Rules, or all; default sv2-classic")
      ->delimiter(',')
      ->option_text("NAMES");
  command
      ->add_option("--policy", options->policy,
                   "Policy bundle for AICMP/ShareDifficulty-v0; what it costs least is ideal")
      ->option_text("DIR");
  CLI::Option* rates = command
                           ->add_option("--rates", options->rates,
                                        "Target shares per minute; default 6,12,30,60,120")
                           ->delimiter(',')
                           ->check(CLI::Range(0.01, 6e4))
                           ->option_text("LIST");
  command->add_flag("--own-rate", options->own_rate, "The target that each rule's program has")
      ->excludes(rates);
  command->add_option("--scenario", options->scenarios, "Scenarios; default all but steady")
      ->delimiter(',')
      ->option_text("NAMES");
  command->add_option("--trials", options->grid.trials, "Trials of each cell; default 1000")
      ->check(CLI::Range(1, 100'000'000))
      ->option_text("N");
  command->add_option("--seed", options->grid.seed, "Seed of all random numbers")->option_text("N");
  command
      ->add_option("--cold-factor", options->grid.cold_factor,
                   "How much too easy a cold start is; default 1e5")
      ->check(CLI::Range(1.0, 1e9))
      ->option_text("X");
  command
      ->add_option("--delay-s", options->grid.delay_s,
                   "From a change to the first share found with it, seconds; default 0")
      ->check(CLI::Range(0.0, 1e4))
      ->option_text("X");
  CLI::Option* json = command->add_flag("--json", options->json, "Print JSON instead of a table");
  command->add_flag("--csv", options->csv, "Print CSV instead of a table")->excludes(json);
  command->callback([options] { grid(*options); });
}

}  // namespace aicmp
