#pragma once

#include <cstddef>
#include <vector>

#include "agents/archive.hpp"
#include "agents/running_moments.hpp"

namespace aicmp {

/// Rewards as a learner sees them.
class Rewards {
 public:
  struct Config {
    double discount = 0.99;  // per unit of dt
    /// Learn from reward - rate * dt, where rate is what a unit of dt has brought of late: the
    /// differential reward of problems that are scored by their rate (Schwartz, ICML 1993).
    bool differential = false;
    /// Divide by the deviation that the discounted return has had of late.
    bool normalise = true;
    double clip = 10.0;  // bound of the rewards after that; 0: none
  };

  Rewards(const Config& config, std::size_t envs);

  /// Takes the transitions [steps][envs] of a rollout into account, then writes their rewards.
  void convert(std::size_t steps, const double* reward, const double* dt,
               const unsigned char* ended, float* out);

  /// Takes one transition of environment `env` into account, for learners that convert rewards by
  /// seen() when they learn from them.
  void observe(std::size_t env, double reward, double dt, bool ended);

  /// Of a unit of dt, in the problem's unit; 0 unless differential.
  double rate() const { return time_ > 0.0 ? sum_ / time_ : 0.0; }
  /// A reward of `dt`, less the rate, divided and bounded, as the learner sees it.
  double seen(double reward, double dt) const;

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  /// What rewards are divided by.
  double scale() const;

  Config config_;
  double sum_ = 0.0;
  double time_ = 0.0;
  std::vector<double> returns_;  // discounted, of each environment's past
  RunningMoments moments_{1};
};

}  // namespace aicmp
