#pragma once

#include <vector>

#include "sim/experiment/measures.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

inline constexpr double kMwhPerJoule = 1.0 / 3.6e9;

/// What all miners paid for energy until now, USD: machine by machine where they are modelled,
/// constant power while they run elsewhere. Charges for power and credits are not in it.
double energy_cost_usd(const World& world);

/// The books of a site in USD, machines' repairs included.
struct SiteResult {
  double energy_usd = 0.0;
  double demand_usd = 0.0;
  double peak_usd = 0.0;
  double response_usd = 0.0;  // credits less penalties
  double wear_usd = 0.0;
  double repair_usd = 0.0;
  double revenue_usd = 0.0;

  double profit_usd() const {
    return revenue_usd + response_usd - energy_usd - demand_usd - peak_usd - wear_usd - repair_usd;
  }
};
SiteResult site_result(const Plant& plant, std::size_t site);

/// Measures of modelled machines, all together and by site.
std::vector<Measure> measure_machines(const World& world);

}  // namespace aicmp
