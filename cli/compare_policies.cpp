#include "cli/compare_policies.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/policy_choice.hpp"
#include "cli/progress.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/replicate.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

constexpr char kRule[] = "rule";

/// What share difficulties decide; the file has all measures.
constexpr std::array kShown = {"pool_shares_per_miner_min",
                               "pool_difficulty_changes_per_miner_day",
                               "pool_stale_share_fraction",
                               "pay_per_expected_value",
                               "payout_cv",
                               "operator_gain_btc"};

struct Difference {
  std::string policy;
  std::string scheme;
  std::string measure;
  Paired paired;
};

std::vector<Difference> differences_from_first(const std::vector<std::string>& policies,
                                               const std::vector<Summary>& summaries) {
  std::vector<Difference> differences;
  const Summary& first = summaries.front();
  for (std::size_t p = 1; p < summaries.size(); ++p) {
    for (const MergedMeasure& m : first.measures()) {
      const Pairs pairs =
          pair_up(first.values(m.scheme, m.name), summaries[p].values(m.scheme, m.name));
      differences.push_back({policies[p], m.scheme, m.name,
                             compare(pairs, static_cast<std::uint32_t>(differences.size()))});
    }
  }
  return differences;
}

void write(OutputFile& file, const std::string& baseline,
           const std::vector<Difference>& differences) {
  CsvWriter table(file, {"measure", "scheme", "policy", "baseline", "baseline_mean", "difference",
                         "t_low95", "t_high95", "bca_low95", "bca_high95", "p_value"});
  for (const Difference& d : differences) {
    const Paired& paired = d.paired;
    table.row(std::string_view(d.measure), std::string_view(d.scheme), std::string_view(d.policy),
              std::string_view(baseline), paired.baseline, paired.t.estimate, paired.t.low,
              paired.t.high, paired.bca.low, paired.bca.high, paired.p_value);
  }
}

std::string text(const std::string& baseline, std::size_t replications,
                 const std::vector<Difference>& differences) {
  std::string out = fmt::format(
      "Differences from {}, same random numbers in every pair, {} replications.\n"
      "Mean and 95 % t interval; comparison.csv has all measures.\n",
      baseline, replications);
  for (const Difference& d : differences) {
    if (std::find(kShown.begin(), kShown.end(), d.measure) == kShown.end()) continue;
    if (std::isnan(d.paired.baseline)) continue;
    const std::string name = d.scheme.empty() ? d.measure : d.scheme + ": " + d.measure;
    out += fmt::format("\n{}: {} {:.6g}\n  {:<24}{:>+12.4g}", name, baseline, d.paired.baseline,
                       d.policy, d.paired.t.estimate);
    if (std::isfinite(d.paired.t.low)) {
      out += fmt::format("   [{:+.4g}, {:+.4g}]", d.paired.t.low, d.paired.t.high);
    }
    out += "\n";
  }
  return out;
}

}  // namespace

void compare_policies(const StudyOptions& study, Scenario scenario,
                      const std::vector<std::string>& policies) {
  if (policies.size() < 2) {
    throw ConfigError(
        {}, "--policies", "there is one policy, and nothing to compare it with",
        fmt::format("two or more, separated by commas; {} is the scenario's own", kRule));
  }
  std::vector<Scenario> worlds(policies.size(), scenario);
  for (std::size_t p = 0; p < policies.size(); ++p) {
    if (policies[p] != kRule) choose_policy(worlds[p], policies[p], /*fallback=*/false);
    const World refused(worlds[p], {static_cast<std::uint64_t>(scenario.run.seed), 0, 0});
  }

  const std::string out = study.out.empty() ? "runs/" + scenario.run.name : study.out;
  catch_interrupts();
  RunFolder folder(out, study.force, study_facts(study, scenario, out));
  bool interrupted = false;
  try {
    std::vector<Summary> summaries;
    {
      const double total_days = scenario.run.days * static_cast<double>(scenario.run.replications) *
                                static_cast<double>(policies.size());
      Progress progress(scenario.run.name, "days", total_days, study.quiet);
      ReplicationPlan plan;
      plan.replications = scenario.run.replications;
      plan.threads = study.threads;
      plan.interrupt = &interrupt_flag();
      plan.on_progress = [&](double days) { progress.add(days); };
      for (const Scenario& world : worlds) {
        ReplicationResults results = replicate(world, plan);
        interrupted = results.interrupted;
        if (interrupted) break;
        summaries.emplace_back(std::move(results.measures));
      }
    }
    std::string shown;
    if (!interrupted) {
      const std::vector<Difference> differences = differences_from_first(policies, summaries);
      write(folder.create("comparison.csv"), policies.front(), differences);
      shown = text(policies.front(), summaries.front().replications().size(), differences);
    }
    folder.finish(interrupted ? RunStatus::kInterrupted : RunStatus::kComplete);
    if (!study.quiet) write_stdout(shown);
  } catch (const std::exception& error) {
    folder.finish(RunStatus::kFailed, error.what());
    throw;
  }
  if (!study.quiet) fmt::print(stderr, "results in {}\n", folder.path());
  if (interrupted) end_interrupted();
}

}  // namespace aicmp
