#include "sim/pool/vardiff/grid.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/base/units.hpp"

namespace aicmp {
namespace {

constexpr double kHashesPerS = 1e15;
constexpr double kDurationS = 1800.0;
constexpr double kStepAtS = 900.0;
constexpr double kQuietS = 300.0;
constexpr double kSettleS = 120.0;
constexpr double kLeastSettledS = 600.0;
constexpr double kReactS = 300.0;
constexpr double kWarmUpS = 3600.0;
constexpr double kSteadyS = 3.0 * 3600.0;
const double kNaN = std::nan("");

using Kind = GridScenario::Kind;

TrialPlan plan_of(const GridScenario& scenario, const VardiffConfig& rule,
                  const GridConfig& config) {
  TrialPlan plan;
  plan.delay_s = config.delay_s;
  plan.hash = {{0.0, kHashesPerS}};
  plan.start_difficulty = ideal_difficulty(rule, kHashesPerS);
  plan.duration_s = kDurationS;
  if (scenario.kind == Kind::kCold) plan.start_difficulty /= config.cold_factor;
  if (scenario.kind == Kind::kStep) {
    plan.hash.push_back({kStepAtS, kHashesPerS * (1.0 + scenario.step)});
  }
  if (scenario.kind == Kind::kSteady) {
    plan.duration_s = kSteadyS;
    plan.measure_from_s = kWarmUpS;
  }
  return plan;
}

double quantile_or_nan(std::vector<double>& samples, double probability) {
  if (samples.empty()) return kNaN;
  std::sort(samples.begin(), samples.end());
  return quantile(samples, probability);
}

/// Collects the trials of a cell.
class Metrics {
 public:
  Metrics(const GridScenario& scenario, const TrialPlan& plan, double ideal)
      : scenario_(scenario), plan_(plan), ideal_(ideal) {}

  void add(const VardiffTrial& trial) {
    const double converged_s = convergence_s(trial.changes_s, plan_.duration_s);
    const auto begin = trial.changes_s.begin();
    const auto end = trial.changes_s.end();
    if (converged_s >= 0.0) {
      convergence_.push_back(converged_s);
      const double from_s = converged_s + kSettleS;
      if (plan_.duration_s - from_s >= kLeastSettledS) {
        const auto later = end - std::lower_bound(begin, end, from_s);
        jitter_.add(static_cast<double>(later) * 60.0 / (plan_.duration_s - from_s));
      }
    }
    error_.push_back(std::abs(trial.final_difficulty / ideal_ - 1.0));
    const auto reaction = std::upper_bound(begin, end, kStepAtS);
    const double after_s = reaction == end ? INFINITY : *reaction - kStepAtS;
    reaction_.push_back(after_s);
    reacted_.add(after_s <= kReactS ? 1.0 : 0.0);
    shares_.add(trial.shares);
    changes_.add(trial.changes);
    log_mean_.add(trial.log_difficulty);
    log_square_.add(trial.log_difficulty_squared);
  }

  void fill(GridCell& cell) {
    const double trials = static_cast<double>(error_.size());
    cell.converged = static_cast<double>(convergence_.size()) / trials;
    cell.convergence_p10_s = quantile_or_nan(convergence_, 0.1);
    cell.convergence_p50_s = quantile_or_nan(convergence_, 0.5);
    cell.convergence_p90_s = quantile_or_nan(convergence_, 0.9);
    cell.error_p50 = quantile_or_nan(error_, 0.5);
    cell.error_p90 = quantile_or_nan(error_, 0.9);
    cell.changes_per_min = jitter_.count() > 0 ? jitter_.mean() : kNaN;
    const bool step = scenario_.kind == Kind::kStep;
    cell.reacted = step ? reacted_.mean() : kNaN;
    std::sort(reaction_.begin(), reaction_.end());
    cell.reaction_p50_s = step ? reaction_[(reaction_.size() - 1) / 2] : kNaN;
    const bool steady = scenario_.kind == Kind::kSteady;
    const double measured_s = plan_.duration_s - plan_.measure_from_s;
    cell.mean_shares_per_min = steady ? shares_.mean() * 60.0 / measured_s : kNaN;
    cell.changes_per_hour = steady ? changes_.mean() * 3600.0 / measured_s : kNaN;
    const double log_mean = log_mean_.mean();
    cell.log_error_sd =
        steady ? std::sqrt(std::max(0.0, log_square_.mean() - log_mean * log_mean)) : kNaN;
  }

 private:
  const GridScenario& scenario_;
  const TrialPlan& plan_;
  double ideal_;
  std::vector<double> convergence_;
  std::vector<double> error_;
  std::vector<double> reaction_;
  Moments jitter_;
  Moments reacted_;
  Moments shares_;
  Moments changes_;
  Moments log_mean_;
  Moments log_square_;
};

GridScenario step_scenario(int percent) {
  return {fmt::format("step{:+d}", percent), Kind::kStep, percent / 100.0};
}

}  // namespace

const std::vector<GridScenario>& grid_scenarios() {
  static const std::vector<GridScenario> all = [] {
    std::vector<GridScenario> list = {{"cold", Kind::kCold, 0.0}, {"stable", Kind::kStable, 0.0}};
    for (const int percent : {-50, -25, -10, -5, 5, 10, 25, 50}) {
      list.push_back(step_scenario(percent));
    }
    list.push_back({"steady", Kind::kSteady, 0.0});
    return list;
  }();
  return all;
}

std::vector<GridScenario> standard_scenarios() {
  return {grid_scenarios().begin(), grid_scenarios().end() - 1};
}

const GridScenario& grid_scenario(std::string_view name) {
  std::vector<std::string> names;
  for (const GridScenario& scenario : grid_scenarios()) {
    if (scenario.name == name) return scenario;
    names.push_back(scenario.name);
  }
  throw ConfigError({}, "scenario", fmt::format("there is no '{}'", name),
                    fmt::format("{}", fmt::join(names, ", ")));
}

const std::vector<double>& standard_rates() {
  static const std::vector<double> rates = {6.0, 12.0, 30.0, 60.0, 120.0};
  return rates;
}

double ideal_difficulty(const VardiffConfig& config, double hashes_per_s) {
  if (config.kind == VardiffKind::kFixed) return config.start_difficulty;
  if (config.kind == VardiffKind::kOptimum) return config.cost.best_difficulty(hashes_per_s);
  return hashes_per_s / kHashesPerWork * 60.0 / target_shares_per_min(config);
}

double convergence_s(const std::vector<double>& changes_s, double duration_s) {
  if (changes_s.empty()) return 0.0;
  for (std::size_t i = 0; i < changes_s.size(); ++i) {
    const double quiet_until = changes_s[i] + kQuietS;
    if (quiet_until > duration_s) break;
    if (i + 1 == changes_s.size() || changes_s[i + 1] > quiet_until) return changes_s[i];
  }
  return -1.0;
}

std::vector<GridCell> run_grid(const GridConfig& config,
                               const std::function<void(const GridCell&)>& on_cell) {
  std::vector<GridCell> cells;
  const bool has_target = vardiff_entry(config.rule.kind).shares_per_min > 0.0;
  std::uint32_t world = 0;
  VardiffTrial trial;
  for (const double rate : config.shares_per_min) {
    VardiffConfig rule_config = config.rule;
    rule_config.shares_per_min = rate;
    const auto rule = make_vardiff_rule(rule_config);
    for (const GridScenario& scenario : config.scenarios) {
      const TrialPlan plan = plan_of(scenario, rule_config, config);
      Metrics metrics(scenario, plan, ideal_difficulty(rule_config, plan.hash.back().hashes_per_s));
      for (std::int64_t i = 0; i < config.trials; ++i) {
        Rng rng({config.seed, world, 0}, StreamId::kShares, static_cast<std::uint32_t>(i));
        run_trial(*rule, plan, rng, trial);
        metrics.add(trial);
      }
      ++world;
      GridCell cell;
      cell.rule = config.rule.bundle.empty() ? vardiff_entry(config.rule.kind).name : "policy";
      cell.shares_per_min = target_shares_per_min(rule_config);
      cell.scenario = scenario.name;
      cell.trials = config.trials;
      metrics.fill(cell);
      cells.push_back(cell);
      if (on_cell) on_cell(cells.back());
    }
    if (!has_target) break;
  }
  return cells;
}

}  // namespace aicmp
