#include "cli/compare_variants.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/replicate.hpp"

namespace aicmp {
namespace {

struct Difference {
  std::string variant;
  std::string scheme;
  std::string measure;
  Paired paired;
};

std::vector<Difference> differences_from_first(std::span<const Variant> variants,
                                               const std::vector<Summary>& summaries) {
  std::vector<Difference> differences;
  const Summary& first = summaries.front();
  for (std::size_t v = 1; v < summaries.size(); ++v) {
    for (const MergedMeasure& m : first.measures()) {
      const Pairs pairs =
          pair_up(first.values(m.scheme, m.name), summaries[v].values(m.scheme, m.name));
      differences.push_back({variants[v].name, m.scheme, m.name,
                             compare(pairs, static_cast<std::uint32_t>(differences.size()))});
    }
  }
  return differences;
}

void write(OutputFile& file, const std::string& what, const std::string& baseline,
           const std::vector<Difference>& differences) {
  CsvWriter table(file, {"measure", "scheme", what, "baseline", "baseline_mean", "difference",
                         "t_low95", "t_high95", "bca_low95", "bca_high95", "p_value"});
  for (const Difference& d : differences) {
    const Paired& paired = d.paired;
    table.row(std::string_view(d.measure), std::string_view(d.scheme), std::string_view(d.variant),
              std::string_view(baseline), paired.baseline, paired.t.estimate, paired.t.low,
              paired.t.high, paired.bca.low, paired.bca.high, paired.p_value);
  }
}

std::string text(const std::string& baseline, std::size_t replications,
                 std::span<const std::string> shown, const std::vector<Difference>& differences) {
  std::string out = fmt::format(
      "Differences from {}, same random numbers in every pair, {} replications.\n"
      "Mean and 95 % t interval; comparison.csv has all measures.\n",
      baseline, replications);
  for (const Difference& d : differences) {
    if (std::find(shown.begin(), shown.end(), d.measure) == shown.end()) continue;
    if (std::isnan(d.paired.baseline)) continue;
    const std::string name = d.scheme.empty() ? d.measure : d.scheme + ": " + d.measure;
    out += fmt::format("\n{}: {} {:.6g}\n  {:<24}{:>+12.4g}", name, baseline, d.paired.baseline,
                       d.variant, d.paired.t.estimate);
    if (std::isfinite(d.paired.t.low)) {
      out += fmt::format("   [{:+.4g}, {:+.4g}]", d.paired.t.low, d.paired.t.high);
    }
    out += "\n";
  }
  return out;
}

}  // namespace

void compare_variants(const StudyOptions& study, const Scenario& scenario, const std::string& what,
                      std::span<const Variant> variants, std::span<const std::string> shown) {
  catch_interrupts();
  RunFolder folder = open_folder(study, scenario);
  std::string report;
  const bool complete = folder.fill([&] {
    std::vector<Summary> summaries;
    {
      const double total_days = scenario.run.days * static_cast<double>(scenario.run.replications) *
                                static_cast<double>(variants.size());
      Progress progress(scenario.run.name, "days", total_days, study.quiet);
      ReplicationPlan plan;
      plan.replications = scenario.run.replications;
      plan.threads = study.threads;
      plan.interrupt = &interrupt_flag();
      plan.on_progress = [&](double days) { progress.add(days); };
      for (const Variant& variant : variants) {
        ReplicationResults results = replicate(variant.scenario, plan);
        if (results.interrupted) return false;
        summaries.emplace_back(std::move(results.measures));
      }
    }
    const std::string& baseline = variants.front().name;
    const std::vector<Difference> differences = differences_from_first(variants, summaries);
    write(folder.create("comparison.csv"), what, baseline, differences);
    report = text(baseline, summaries.front().replications().size(), shown, differences);
    return true;
  });
  if (!study.quiet) write_stdout(report);
  end_study(study, folder, complete);
}

}  // namespace aicmp
