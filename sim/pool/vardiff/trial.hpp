#pragma once

#include <vector>

#include "sim/base/random.hpp"
#include "sim/pool/vardiff/vardiff.hpp"

namespace aicmp {

/// From `from_s` on a miner has this hash rate.
struct HashStep {
  double from_s = 0.0;
  double hashes_per_s = 0.0;
};

/// One connection, alone with a rule.
struct TrialPlan {
  std::vector<HashStep> hash;  // the first from 0 on, in order of time
  double start_difficulty = 1.0;
  double duration_s = 1800.0;
  double delay_s = 0.0;         // from a change to the first share found with it
  double measure_from_s = 0.0;  // of the averages of a trial
};

struct VardiffTrial {
  std::vector<double> changes_s;
  double final_difficulty = 0.0;
  // From `measure_from_s` on:
  double shares = 0.0;
  double log_difficulty = 0.0;          // time average of ln(difficulty / hashes per second)
  double log_difficulty_squared = 0.0;  // and of its square
  double changes = 0.0;
};

/// Poisson shares at hashes / (difficulty 2^32). Fills `trial`, whose memory is used again.
void run_trial(const VardiffRule& rule, const TrialPlan& plan, Rng& rng, VardiffTrial& trial);

}  // namespace aicmp
