#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sim/forecast/forecaster.hpp"
#include "sim/forecast/scores.hpp"

namespace aicmp {

/// How a forecaster is tried on a series.
struct WalkForward {
  std::size_t first = 0;        // values that the first fit sees
  std::size_t refit_every = 1;  // steps between fits
  std::size_t window = 0;       // values that a fit sees at most; 0: all
  std::vector<int> horizons;    // in steps
};

/// Goes through the series: at each step the forecaster, fitted to what was known at the last
/// refit, foretells every horizon from what is known then. One list of outcomes for each horizon,
/// in order of time; those of one horizon are the same moments for every forecaster.
std::vector<std::vector<Outcome>> walk_forward(std::span<const double> series,
                                               const WalkForward& plan, Forecaster& forecaster);

}  // namespace aicmp
