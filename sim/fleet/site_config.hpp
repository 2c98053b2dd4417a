#pragma once

#include <string>

#include "sim/base/options.hpp"
#include "sim/fleet/energy_rule.hpp"
#include "sim/market/ambient.hpp"
#include "sim/market/demand_response.hpp"
#include "sim/market/energy.hpp"
#include "sim/market/grid_charges.hpp"

namespace aicmp {

/// A place with machines, `[[sites]]`: what energy costs there, how warm it is, and what its owner
/// does about it.
struct SiteConfig {
  std::string name = "site";
  double max_power_mw = 0.0;          // of all modelled machines together; 0 is no limit
  double emissions_kg_per_mwh = 0.0;  // of energy drawn
  EnergyConfig energy;
  AmbientConfig ambient;
  GridChargesConfig grid;
  ResponseConfig response;
  DecisionConfig decision;
};

/// Options of one `[[sites]]`, keys relative to it.
void add_options(OptionTable& table, SiteConfig& config);

}  // namespace aicmp
