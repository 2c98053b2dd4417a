#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/pool/vardiff/rules.hpp"
#include "sim/pool/vardiff/trial.hpp"

namespace aicmp {

/// What a miner does in a trial of the Stratum V2 metric grid (stratum-mining/stratum #2154): a
/// miner of 1 PH/s for 30 minutes, whose difficulty starts right unless it is a cold start.
struct GridScenario {
  std::string name;  // "cold", "stable", "step-50", "steady"
  enum class Kind { kCold, kStable, kStep, kSteady } kind = Kind::kStable;
  double step = 0.0;  // kStep: change of the hash rate after 15 minutes, as a part of it
};

/// cold, stable, step-50, step-25, step-10, step-5, step+5, step+10, step+25, step+50: the ten of
/// the published grid; and steady, which measures two hours after one.
const std::vector<GridScenario>& grid_scenarios();
/// The ten of the published grid.
std::vector<GridScenario> standard_scenarios();
/// Throws ConfigError that lists the names.
const GridScenario& grid_scenario(std::string_view name);
/// 6, 12, 30, 60 and 120 shares per minute.
const std::vector<double>& standard_rates();

struct GridConfig {
  VardiffConfig rule;
  std::vector<double> shares_per_min = standard_rates();  // 0: the rule's own
  std::vector<GridScenario> scenarios = standard_scenarios();
  std::int64_t trials = 1000;
  std::uint64_t seed = 1;
  double cold_factor = 1e5;  // a cold start is this much too easy
  double delay_s = 0.0;      // as of TrialPlan
};

/// The five metrics, over all trials of a cell. A number without trials to take it from, or one of
/// another scenario, is NaN.
struct GridCell {
  std::string rule;             // its name; "policy" for a bundle
  double shares_per_min = 0.0;  // 0: the rule has no target
  std::string scenario;
  std::int64_t trials = 0;
  // Convergence: the last change before five quiet minutes that end within the trial; a trial
  // without changes converges at 0.
  double converged = 0.0;  // part of the trials
  double convergence_p10_s = 0.0;
  double convergence_p50_s = 0.0;
  double convergence_p90_s = 0.0;
  // |difficulty / ideal - 1| at the end.
  double error_p50 = 0.0;
  double error_p90 = 0.0;
  // Changes per minute from two minutes after convergence on, where ten minutes are left.
  double changes_per_min = 0.0;
  // Steps: any change within five minutes after it, and the median time of the first one (over
  // all trials; infinite if most never changed).
  double reacted = 0.0;
  double reaction_p50_s = 0.0;
  // Steady: shares per minute, sd of ln(difficulty / ideal) over time and trials, changes per hour.
  double mean_shares_per_min = 0.0;
  double log_error_sd = 0.0;
  double changes_per_hour = 0.0;
};

/// The difficulty that a rule would set if it knew the hash rate.
double ideal_difficulty(const VardiffConfig& config, double hashes_per_s);

/// Convergence time by the definition above; negative if the trial did not converge.
double convergence_s(const std::vector<double>& changes_s, double duration_s);

/// All cells of one rule, by rate and then scenario. Trials of a cell meet the same random numbers
/// under every rule. Rates that a rule without a target cannot have are left out.
std::vector<GridCell> run_grid(const GridConfig& config,
                               const std::function<void(const GridCell&)>& on_cell = {});

}  // namespace aicmp
