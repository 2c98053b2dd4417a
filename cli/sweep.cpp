#include "sim/experiment/sweep.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/study.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/replicate.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {
namespace {

struct SweepOptions {
  StudyOptions study;
  std::vector<std::string> axes;
  std::string schemes;
  std::vector<std::string> measures = {"pay_per_expected_value", "luck_adjusted_fee_decile_1",
                                       "luck_adjusted_fee_decile_10", "payout_cv",
                                       "operator_gain_btc"};
};

/// Runs the points in order until one is interrupted; true if none was.
bool run_points(const SweepOptions& options, const std::vector<SweepPoint>& points, Sweep& sweep) {
  double total_days = 0.0;
  for (const SweepPoint& point : points) {
    total_days += point.scenario.run.days * static_cast<double>(point.scenario.run.replications) *
                  static_cast<double>(worlds_to_compare(point.scenario).size());
  }
  Progress progress("sweep", "days", total_days, options.study.quiet);
  for (const SweepPoint& point : points) {
    ReplicationPlan plan;
    plan.replications = point.scenario.run.replications;
    plan.threads = options.study.threads;
    plan.interrupt = &interrupt_flag();
    plan.on_progress = [&](double days) { progress.add(days); };
    ReplicationResults results = replicate(worlds_to_compare(point.scenario), plan);
    if (results.interrupted) return false;
    sweep.points.push_back(point.values);
    sweep.summaries.emplace_back(std::move(results.measures));
  }
  return true;
}

void sweep(const SweepOptions& options) {
  Scenario base = options.study.load();
  if (!options.schemes.empty()) {
    replace_schemes(base, options.schemes);
    for (SchemeConfig& scheme : base.pool.schemes) scheme.name.clear();  // a swept value renames it
  }
  base.run.name += "-sweep";
  Sweep sweep;
  for (const std::string& text : options.axes) sweep.axes.push_back(parse_axis(text));
  const std::vector<SweepPoint> points = sweep_points(base, sweep.axes);
  for (const SweepPoint& point : points) {  // refuses what it must before anything runs
    for (const Scenario& scenario : worlds_to_compare(point.scenario)) {
      const World world(scenario, {static_cast<std::uint64_t>(base.run.seed), 0, 0});
      if (&point == &points.front()) check_measures(measure(world), options.measures);
    }
  }

  catch_interrupts();
  RunFolder folder = open_folder(options.study, base);
  std::string text;
  const bool complete = folder.fill([&] {
    const bool all = run_points(options, points, sweep);
    if (!sweep.summaries.empty()) {
      write_sweep(folder.create("sweep.csv"), sweep, options.measures);
      text = sweep_text(sweep, options.measures);
    }
    return all;
  });
  if (!options.study.quiet) write_stdout(text);
  end_study(options.study, folder, complete);
}

}  // namespace

void add_sweep_command(CLI::App& app, const std::vector<std::string>& argv) {
  CLI::App* command = app.add_subcommand("sweep", "Run a scenario over a grid of option values");
  command->footer(
      "Every point meets the same random numbers. Any option of a scenario can be\n"
      "swept, those of schemes and groups of miners by index. sweep.csv has intervals,\n"
      "and the paired difference of every point from the first. Where miners choose by\n"
      "their pay, each scheme pays in a world of its own.\n\n"
      "  aicmp sweep scenarios/quickstart.toml --over pool.schemes[0].eta=0.5:1:0.1\n"
      "  aicmp sweep scenarios/quickstart.toml --schemes pplns \\\n"
      "    --over pool.schemes[0].window=0.5,2,8 --over fleet.groups[0].count=100,1000");
  const auto options = std::make_shared<SweepOptions>();
  options->study.argv = argv;
  options->study.add_to(*command);
  command->add_option("--over", options->axes, "Option and its values; may be repeated")
      ->required()
      ->allow_extra_args(false)
      ->option_text("KEY=A:B:STEP|V,V,...");
  command->add_option("--schemes", options->schemes, "Schemes by commas; default the scenario's")
      ->option_text("LIST");
  command->add_option("--measures", options->measures, "Names as in summary.json, by commas")
      ->delimiter(',')
      ->option_text("LIST");
  command->callback([options] { sweep(*options); });
}

}  // namespace aicmp
