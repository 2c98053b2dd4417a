#include "sim/experiment/site_tables.hpp"

#include "sim/experiment/machine_measures.hpp"

namespace aicmp {

SiteTables::SiteTables(RunFolder& folder)
    : folder_(folder),
      timeseries_(folder.create("site_timeseries.csv"),
                  {"time_s", "site", "price_usd_per_mwh", "air_c", "power_mw", "hash_rate_phs",
                   "running_part", "hot_part", "called"}) {}

void SiteTables::sample(const World& world) {
  const Plant& plant = *world.plant();
  for (std::size_t s = 0; s < plant.site_states().size(); ++s) {
    const SiteState& state = plant.site_states()[s];
    timeseries_.row(world.now().in_seconds(), std::string_view(plant.site_config(s).name),
                    state.price_usd_per_mwh, state.air_c, state.power_w * 1e-6,
                    state.hashes_per_s * 1e-15, state.running_part, state.hot_part,
                    static_cast<int>(state.called));
  }
}

void SiteTables::finish(const World& world) {
  write_sites(*world.plant());
  write_machines(world);
}

void SiteTables::write_sites(const Plant& plant) {
  CsvWriter table(folder_.create("sites.csv"), {"site",
                                                "machines",
                                                "energy_mwh",
                                                "j_per_th",
                                                "uptime",
                                                "stopped_fraction",
                                                "throttled_fraction",
                                                "too_hot_fraction",
                                                "faulty_fraction",
                                                "starts",
                                                "called_h",
                                                "highest_mw",
                                                "revenue_usd",
                                                "energy_cost_usd",
                                                "demand_charge_usd",
                                                "peak_charge_usd",
                                                "response_credit_usd",
                                                "response_penalty_usd",
                                                "restart_wear_usd",
                                                "repair_cost_usd",
                                                "profit_usd",
                                                "emissions_t"});
  for (std::size_t s = 0; s < plant.site_totals().size(); ++s) {
    const SiteTotals& totals = plant.site_totals()[s];
    const SiteConfig& config = plant.site_config(s);
    const SiteResult result = site_result(plant, s);
    const double mwh = totals.energy_j * kMwhPerJoule;
    table.row(std::string_view(config.name), plant.machines_at(s), mwh,
              totals.energy_j / totals.hashes_th, totals.up_s / totals.machine_s,
              totals.stopped_s / totals.machine_s, totals.throttled_s / totals.machine_s,
              totals.hot_s / totals.machine_s, totals.faulty_s / totals.machine_s, totals.starts,
              totals.called_s / 3600.0, totals.highest_w * 1e-6, result.revenue_usd,
              result.energy_usd, result.demand_usd, result.peak_usd, totals.response_credit_usd,
              totals.response_penalty_usd, result.wear_usd, result.repair_usd, result.profit_usd(),
              mwh * config.emissions_kg_per_mwh * 1e-3);
  }
}

void SiteTables::write_machines(const World& world) {
  const Plant& plant = *world.plant();
  const FleetConfig& fleet = world.scenario().fleet;
  const Book& book = world.pool().accounts()[world.paying()].book;
  std::vector<double> hashes_th(world.pool().miners(), 0.0);
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    hashes_th[plant.account_of(i)] += plant.totals()[i].hashes_th;
  }
  CsvWriter table(
      folder_.create("machines.csv"),
      {"machine", "miner", "group", "asic", "site", "nameplate_ths", "mean_ths", "estimated_ths",
       "uptime", "energy_mwh", "j_per_th", "mean_c", "hottest_c", "failures", "fault_at_end",
       "expected_revenue_usd", "earned_sat", "energy_cost_usd", "repair_cost_usd"});
  const double seconds = plant.until().in_seconds();
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    const MachineTotals& totals = plant.totals()[i];
    const std::uint32_t account = plant.account_of(i);
    const GroupConfig& group = fleet.groups[plant.fleet_group_of(i)];
    const double part = totals.hashes_th / hashes_th[account];
    // What the pool saw: the work of the account's shares, by machine.
    const double estimated = world.pool().work()[account] * kHashesPerWork * 1e-12 / seconds * part;
    table.row(i, account, std::string_view(group.name), std::string_view(group.asic),
              std::string_view(plant.site_config(plant.site_of(i)).name), plant.nameplate_ths(i),
              totals.hashes_th / seconds, estimated, totals.up_s / seconds,
              totals.energy_j * kMwhPerJoule, totals.energy_j / totals.hashes_th,
              totals.celsius_s / seconds, static_cast<double>(totals.hottest_c), totals.failures,
              std::string_view(name_of(plant.fault(i))), totals.revenue_usd,
              part * static_cast<double>(book.earned()[account].value()), totals.energy_usd,
              static_cast<double>(totals.repair_usd));
  }
}

}  // namespace aicmp
