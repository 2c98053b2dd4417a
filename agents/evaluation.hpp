#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "envs/rollout.hpp"
#include "sim/base/interval.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// Makes a batch of `size` worlds of a problem; `held_out`: worlds that training never meets.
using MakeWorlds = std::function<std::unique_ptr<Environment>(std::size_t size, bool held_out)>;

/// What a trained policy decides, each time its most probable action.
Decide decide_by(const PolicyModel& model);
Decide decide_by_heuristic(std::size_t policy, std::vector<double> parameters);

/// The parameters of a heuristic that score best in worlds of training, found with `steps` steps of
/// the simulator: three generations of log-normal changes, first of the defaults, then of the best;
/// normal ones of an offset that is 0 by default and may be of either sign.
std::vector<double> tune_heuristic(const MakeWorlds& worlds, std::size_t policy, std::int64_t steps,
                                   std::uint64_t seed);

/// Mean of the middle half of the values (Agarwal et al., NeurIPS 2021): the quarters at both ends
/// are cut off, values on the border in part.
double interquartile_mean(std::span<const double> values);

/// One way of deciding, in the worlds of an evaluation.
struct Contender {
  std::string name;
  std::vector<double> parameters;  // of a heuristic
  bool tuned = false;
  bool bound = false;          // a solver or an oracle: nobody has to beat it
  std::vector<double> scores;  // of each episode
  Interval score;              // mean and its interval over episodes
  /// The trained policy's score beyond this one's, paired by episode; of several training seeds
  /// their mean.
  Interval difference;
};

/// Scores that differ by no more are equal: their means were rounded differently.
inline double rounding(double score) {
  return 1e-12 * std::abs(score);
}

/// A trained policy against the problem's heuristics in held-out worlds, all on the same seeds.
struct Evaluation {
  std::string problem;
  std::string measure;
  std::size_t episodes = 0;
  std::int64_t tuning_steps = 0;
  std::vector<double> run_scores;  // mean of each training seed
  Interval policy;                 // IQM over training seeds, or mean over the episodes of one
  std::vector<Contender> contenders;
  std::size_t best = 0;      // index of the best that is no bound
  double worse_seeds = 0.0;  // part of training seeds below it
  std::optional<Optimum> optimum;
  /// The policy's score over that of the problem's own solver in the same worlds, whose luck and
  /// length it shares; of several training seeds the IQM. None without a solver.
  std::optional<Interval> of_solver;
  std::string baseline_name;  // EnvSpec::baseline
  double baseline = 0.0;      // what it scores, untuned

  /// 0 at the baseline, 1 at the optimum; NaN without one.
  double normalised(double score) const;
  /// Whether the policy beats the best heuristic, in words.
  std::string verdict() const;
  std::string text() const;
  std::string json() const;
};

/// Plays and compares. `policies`: one of each training seed. Each heuristic is tuned with
/// `tuning_steps` steps of the simulator.
Evaluation evaluate(const std::vector<PolicyModel>& policies, const MakeWorlds& worlds,
                    std::size_t episodes, std::int64_t tuning_steps);

}  // namespace aicmp
