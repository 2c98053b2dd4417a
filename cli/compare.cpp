#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/compare_variants.hpp"
#include "cli/study.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/frontier.hpp"
#include "sim/experiment/precision.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kLeastReplications = 30;
constexpr char kOwnWorlds[] =
    "\nMiners choose by what they are paid, so each scheme paid in a world of its own.\n"
    "Network, market and pool above are those of the first.\n";

struct CompareOptions {
  StudyOptions study;
  std::vector<std::string> policies;
  std::vector<std::string> behaviours;
  std::string precision;
  PrecisionGoal goal;
};

/// What share difficulties decide, and what behaviours bring those who show them.
const std::vector<std::string> kShownOfPolicies = {"pool_shares_per_miner_min",
                                                   "pool_difficulty_changes_per_miner_day",
                                                   "pool_stale_share_fraction",
                                                   "pay_per_expected_value",
                                                   "payout_cv",
                                                   "operator_gain_btc"};

std::vector<std::string> shown_of_behaviours(const Scenario& scenario) {
  std::vector<std::string> shown = {"pay_per_expected_value", "operator_gain_btc"};
  for (const GroupConfig& group : scenario.fleet.groups) {
    shown.push_back("group_pay_per_expected_value." + group.name);
  }
  return shown;
}

bool sets_replications(const StudyOptions& study) {
  return study.replications > 0 ||
         std::any_of(study.overrides.begin(), study.overrides.end(),
                     [](const std::string& text) { return text.starts_with("run.replications="); });
}

void compare(CompareOptions options) {
  Scenario scenario = options.study.load();
  const bool variants = !options.policies.empty() || !options.behaviours.empty();
  if (!variants && schemes_of(scenario.pool).size() < 2) {
    throw ConfigError({}, "--schemes", "there is one scheme, and nothing to compare it with",
                      "two or more, separated by commas");
  }
  scenario.run.name += "-compare";

  std::string note;
  if (scenario.run.replications == 1 && !sets_replications(options.study)) {
    scenario.run.replications = kLeastReplications;
    note = fmt::format("The scenario asks for one replication; {} were run for the intervals.\n",
                       kLeastReplications);
  }
  if (!options.policies.empty()) {
    return compare_variants(options.study, scenario, "policy",
                            policy_variants(scenario, options.policies), kShownOfPolicies);
  }
  if (!options.behaviours.empty()) {
    return compare_variants(options.study, scenario, "behaviour",
                            behaviour_variants(scenario, options.behaviours),
                            shown_of_behaviours(scenario));
  }
  ReplicationsToAdd to_add;
  if (!options.precision.empty()) {
    options.goal.part = parse_precision(options.precision);
    scenario.run.replications =
        std::min(std::max(scenario.run.replications, kLeastReplications), options.goal.most);
    to_add = [&](const Summary& summary) { return replications_to_add(summary, options.goal); };
    note.clear();
  }
  const std::vector<Scenario> worlds = worlds_to_compare(scenario);
  run_study(
      options.study, scenario, worlds,
      [&](RunFolder& folder, const Summary& summary) {
        const std::vector<SchemeDifference> differences = compare_to_first(summary);
        const std::vector<FrontierPoint> points = frontier(summary, schemes_of(scenario.pool));
        write_comparison(folder.create("comparison.csv"), summary.schemes().front(), differences);
        write_frontier(folder.create("frontier.csv"), points);
        if (to_add) note = precision_text(summary, options.goal);
        return summary_text(scenario.run.name, scenario.run.question, summary) + "\n" +
               comparison_text(summary, differences) + "\n" + frontier_text(points) +
               (worlds.size() > 1 ? kOwnWorlds : "") + (note.empty() ? "" : "\n" + note);
      },
      to_add);
}

}  // namespace

void add_compare_command(CLI::App& app, const std::vector<std::string>& argv) {
  CLI::App* command =
      app.add_subcommand("compare", "Compare reward schemes on the same random numbers");
  command->footer(
      "All schemes run side by side on the same shares and blocks; each is compared\n"
      "with the first one, pair by pair. Where miners choose by their pay, each scheme\n"
      "pays in a world of its own on the same random numbers, and files other than\n"
      "the summaries show the first. A scheme is kind[:value][:key=value...]:\n\n"
      "  aicmp compare scenarios/quickstart.toml --schemes eta:0.8,pps:fee=0.02,pplns\n"
      "  aicmp compare scenarios/quickstart.toml --precision 2%\n"
      "  aicmp compare scenarios/quickstart.toml --policies rule,bundles/mine\n"
      "  aicmp compare scenarios/quickstart.toml --behaviours honest,hop,split:10\n\n"
      "With --policies each bundle sets share difficulties in a world of its own, and\n"
      "is compared with the first; rule is the scenario's own. With --behaviours the\n"
      "first group of miners behaves so: honest, hop, withhold, choose, split:K for K\n"
      "identities, spread:P over P pools, spread:P:HOURS in one after the other,\n"
      "difficulty:D of its shares.\n"
      "A scenario of one replication is run 30 times unless --replications says\n"
      "otherwise. --precision goes on until the 95 % interval of every difference in\n"
      "pay per expected value is that narrow, as part of what the first scheme pays.");
  const auto options = std::make_shared<CompareOptions>();
  options->study.argv = argv;
  options->study.add_to(*command);
  options->study.add_json_to(*command);
  options->study.add_schemes_to(*command);
  CLI::Option* policies =
      command->add_option("--policies", options->policies, "Bundles, or `rule`, by commas, instead")
          ->delimiter(',')
          ->excludes("--schemes")
          ->excludes("--json")
          ->option_text("LIST");
  CLI::Option* behaviours = command
                                ->add_option("--behaviours", options->behaviours,
                                             "Of the first group, by commas, instead")
                                ->delimiter(',')
                                ->excludes(policies)
                                ->excludes("--json")
                                ->option_text("LIST");
  command
      ->add_option("--precision", options->precision, "Add replications up to this: 0.5% or 0.005")
      ->excludes("--replications")
      ->excludes(policies)
      ->excludes(behaviours)
      ->option_text("P");
  command
      ->add_option("--max-replications", options->goal.most,
                   "Where --precision gives up; default 2000")
      ->needs("--precision")
      ->check(CLI::Range(2, 1'000'000))
      ->option_text("N");
  command->callback([options] { compare(*options); });
}

}  // namespace aicmp
