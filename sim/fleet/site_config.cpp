#include "sim/fleet/site_config.hpp"

namespace aicmp {

void add_options(OptionTable& table, SiteConfig& config) {
  table.add("name", config.name, "Name of the site in results.");
  table.add("max_power_mw", config.max_power_mw, "MW", Limits::between(0.0, 1e6),
            "Most that its modelled machines may draw together; 0: no limit.");
  table.add("emissions_kg_per_mwh", config.emissions_kg_per_mwh, "kg/MWh",
            Limits::between(0.0, 2000.0), "Emissions of the energy drawn.");
  add_options(table, config.energy, "energy.");
  add_options(table, config.ambient, "ambient.");
  add_options(table, config.grid, "grid.");
  add_options(table, config.response, "response.");
  add_options(table, config.decision, "decision.");
}

}  // namespace aicmp
