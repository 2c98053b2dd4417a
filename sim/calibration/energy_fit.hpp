#pragma once

#include <cstdint>
#include <vector>

#include "sim/calibration/fit.hpp"
#include "sim/market/energy.hpp"

namespace aicmp {

/// Energy prices at equal steps; NaN where the price is not known.
struct EnergyRecord {
  std::vector<double> usd_per_mwh;
  double step_hours = 1.0;
  std::int64_t start_unix_s = 0;  // local standard time
};

/// The market model of energy.hpp by quick estimators:
///   base, daily swing  first harmonic of the medians by hour of day
///   sd of the base     median less 16 % quantile of the log of prices over it
///   half-life          autocorrelation of that log, beyond 2.5 standard deviations cut off
///   gluts              runs of negative prices
///   spikes             runs above the base by 2.5 standard deviations and half of the smallest
///                      spike; their tail by Hill (1975)
/// The smallest and largest spike stay as they are in `market`, the yearly swing is none.
void fit_energy_market(const EnergyRecord& record, EnergyConfig::Market& market);

/// What the engine makes under `market`, unknown where `like` is.
EnergyRecord draw_energy(const EnergyConfig::Market& market, const EnergyRecord& like,
                         const WorldKey& key);

/// The fit less its bias, with standard errors and checks (corrected_fit.hpp). 30 days are needed.
Fit fit_energy(const EnergyRecord& record, EnergyConfig::Market& market, std::uint64_t seed);

}  // namespace aicmp
