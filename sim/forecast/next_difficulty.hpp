#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/chain/history.hpp"
#include "sim/forecast/forecaster.hpp"

namespace aicmp {

/// What anybody knows of the running epoch: blocks after its first, and the header time they took.
struct EpochSoFar {
  std::int64_t blocks = 0;  // 0 to 2015
  double elapsed_s = 0.0;
};

/// log D'/D of the next retarget if the rest goes at the pace so far; 0 before the first block.
double plug_in_retarget(const EpochSoFar& epoch);

/// The same by Bayes: the relative hash rate r of the epoch is gamma with the mean and variance of
/// past epochs, `prior_log_changes` (26 of them are used, 2 are needed); n blocks in time t make it
/// gamma with n more in shape and t / 600 s more in rate; what remains of the epoch takes
/// (2015 - n) 600 s / r. Quantiles count both what is unknown of r and luck to come, as a normal
/// law of log D'/D, which is within .001 for the epochs seen.
Forecast shrink_retarget(const EpochSoFar& epoch, std::span<const double> prior_log_changes);

/// A finished epoch as a test of forecasts.
struct EpochCase {
  std::vector<double> header_s;          // of its 2016 blocks, the first is 0
  double log_change = 0.0;               // of the difficulty at its end, by the header times
  std::vector<double> past_log_changes;  // oldest first, of the epochs before it
};

/// Whole epochs of `blocks` in order. `earlier` are log changes before the first of them.
std::vector<EpochCase> epoch_cases(const BlockHistory& blocks, std::vector<double> earlier = {});

/// Epochs whose log hash rate changes by normal steps of `growth_sd`, blocks exponential.
std::vector<EpochCase> draw_epochs(std::size_t count, double growth_sd, std::uint64_t seed);

}  // namespace aicmp
