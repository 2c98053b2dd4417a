#include "sim/experiment/site_tables.hpp"

#include <algorithm>
#include <cmath>

#include "sim/experiment/machine_measures.hpp"
#include "sim/experiment/ratio.hpp"

namespace aicmp {
namespace {

/// What the pool saw of a site's machines, and their heat.
struct SiteShares : MachineShares {
  double work = 0.0;  // difficulty-1 shares
  double celsius_s = 0.0;
  double hottest_c = -273.0;
  std::int64_t notices = 0;
};

/// Accepted work of a machine, its shares being as hard as its account's on average.
double work_of(const World& world, std::uint32_t account, const MachineShares& shares) {
  const auto all = static_cast<double>(world.pool().share_counts().accepted[account]);
  if (all == 0.0) return 0.0;
  return world.pool().work()[account] * static_cast<double>(shares.accepted) / all;
}

double ths_of(double work, double seconds) {
  return work * kHashesPerWork * 1e-12 / seconds;
}

double cv_of(std::int64_t shares) {
  return shares > 0 ? 1.0 / std::sqrt(static_cast<double>(shares)) : kNoValue;
}

}  // namespace

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
  const std::vector<MachineShares> shares = draw_machine_shares(world);
  write_sites(world, shares);
  write_machines(world, shares);
}

void SiteTables::write_sites(const World& world, std::span<const MachineShares> shares) {
  const Plant& plant = *world.plant();
  std::vector<SiteShares> seen(plant.site_totals().size());
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    SiteShares& site = seen[plant.site_of(i)];
    const MachineTotals& totals = plant.totals()[i];
    const std::uint32_t account = plant.account_of(i);
    site.accepted += shares[i].accepted;
    site.stale += shares[i].stale;
    site.rejected += shares[i].rejected;
    site.lost += shares[i].lost;
    site.work += work_of(world, account, shares[i]);
    site.celsius_s += totals.celsius_s;
    site.hottest_c = std::max(site.hottest_c, static_cast<double>(totals.hottest_c));
    if (i > 0 && plant.account_of(i - 1) == account) continue;
    site.notices += world.notices(account);
  }
  CsvWriter table(folder_.create("sites.csv"), {"site",
                                                "machines",
                                                "energy_mwh",
                                                "j_per_th",
                                                "uptime",
                                                "stopped_fraction",
                                                "throttled_fraction",
                                                "too_hot_fraction",
                                                "faulty_fraction",
                                                "mean_c",
                                                "hottest_c",
                                                "starts",
                                                "called_h",
                                                "highest_mw",
                                                "mean_ths",
                                                "estimated_ths",
                                                "estimate_cv",
                                                "shares_accepted",
                                                "shares_stale",
                                                "shares_rejected",
                                                "shares_lost",
                                                "notices",
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
  const double seconds = plant.until().in_seconds();
  for (std::size_t s = 0; s < plant.site_totals().size(); ++s) {
    const SiteTotals& totals = plant.site_totals()[s];
    const SiteConfig& config = plant.site_config(s);
    const SiteResult result = site_result(plant, s);
    const double mwh = totals.energy_j * kMwhPerJoule;
    const auto part = [&](double of_machines_s) { return ratio(of_machines_s, totals.machine_s); };
    table.row(std::string_view(config.name), plant.machines_at(s), mwh,
              ratio(totals.energy_j, totals.hashes_th), part(totals.up_s), part(totals.stopped_s),
              part(totals.throttled_s), part(totals.hot_s), part(totals.faulty_s),
              part(seen[s].celsius_s), seen[s].hottest_c, totals.starts, totals.called_s / 3600.0,
              totals.highest_w * 1e-6, totals.hashes_th / seconds, ths_of(seen[s].work, seconds),
              cv_of(seen[s].accepted), seen[s].accepted, seen[s].stale, seen[s].rejected,
              seen[s].lost, seen[s].notices, result.revenue_usd, result.energy_usd,
              result.demand_usd, result.peak_usd, totals.response_credit_usd,
              totals.response_penalty_usd, result.wear_usd, result.repair_usd, result.profit_usd(),
              mwh * config.emissions_kg_per_mwh * 1e-3);
  }
}

void SiteTables::write_machines(const World& world, std::span<const MachineShares> shares) {
  const Plant& plant = *world.plant();
  const FleetConfig& fleet = world.scenario().fleet;
  const Book& book = world.pool().accounts()[world.paying()].book;
  std::vector<double> hashes_th(world.pool().miners(), 0.0);
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    hashes_th[plant.account_of(i)] += plant.totals()[i].hashes_th;
  }
  CsvWriter table(folder_.create("machines.csv"), {"machine",
                                                   "miner",
                                                   "group",
                                                   "asic",
                                                   "site",
                                                   "nameplate_ths",
                                                   "mean_ths",
                                                   "estimated_ths",
                                                   "estimate_cv",
                                                   "shares_accepted",
                                                   "shares_stale",
                                                   "shares_rejected",
                                                   "shares_lost",
                                                   "uptime",
                                                   "energy_mwh",
                                                   "j_per_th",
                                                   "mean_c",
                                                   "hottest_c",
                                                   "hottest_chip_c",
                                                   "times_hot",
                                                   "failures",
                                                   "fault_at_end",
                                                   "expected_revenue_usd",
                                                   "earned_sat",
                                                   "energy_cost_usd",
                                                   "repair_cost_usd"});
  const double seconds = plant.until().in_seconds();
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    const MachineTotals& totals = plant.totals()[i];
    const std::uint32_t account = plant.account_of(i);
    const GroupConfig& group = fleet.groups[plant.fleet_group_of(i)];
    const double part = ratio(totals.hashes_th, hashes_th[account]);
    table.row(i, account, std::string_view(group.name), std::string_view(group.asic),
              std::string_view(plant.site_config(plant.site_of(i)).name), plant.nameplate_ths(i),
              totals.hashes_th / seconds, ths_of(work_of(world, account, shares[i]), seconds),
              cv_of(shares[i].accepted), shares[i].accepted, shares[i].stale, shares[i].rejected,
              shares[i].lost, totals.up_s / seconds, totals.energy_j * kMwhPerJoule,
              ratio(totals.energy_j, totals.hashes_th), totals.celsius_s / seconds,
              static_cast<double>(totals.hottest_c), static_cast<double>(totals.hottest_chip_c),
              world.temperatures().times_hot(i), totals.failures,
              std::string_view(name_of(plant.fault(i))), totals.revenue_usd,
              part * static_cast<double>(book.earned()[account].value()), totals.energy_usd,
              static_cast<double>(totals.repair_usd));
  }
}

}  // namespace aicmp
