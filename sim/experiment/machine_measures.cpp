#include "sim/experiment/machine_measures.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "sim/experiment/ratio.hpp"

namespace aicmp {
namespace {

void add(SiteResult& sum, const SiteResult& other) {
  sum.energy_usd += other.energy_usd;
  sum.demand_usd += other.demand_usd;
  sum.peak_usd += other.peak_usd;
  sum.response_usd += other.response_usd;
  sum.wear_usd += other.wear_usd;
  sum.repair_usd += other.repair_usd;
  sum.revenue_usd += other.revenue_usd;
}

void add(SiteTotals& sum, const SiteTotals& other) {
  sum.energy_j += other.energy_j;
  sum.hashes_th += other.hashes_th;
  sum.machine_s += other.machine_s;
  sum.up_s += other.up_s;
  sum.stopped_s += other.stopped_s;
  sum.throttled_s += other.throttled_s;
  sum.hot_s += other.hot_s;
  sum.faulty_s += other.faulty_s;
  sum.called_s += other.called_s;
  sum.starts += other.starts;
}

}  // namespace

double energy_cost_usd(const World& world) {
  const Population& miners = world.miners();
  const std::vector<GroupConfig>& groups = world.scenario().fleet.groups;
  std::vector<double> power_w(world.energy().size(), 0.0);
  for (std::size_t i = 0; i < miners.size(); ++i) {
    const GroupConfig& group = groups[miners.group[i]];
    if (group.machines.modelled) continue;
    power_w[static_cast<std::size_t>(group.energy_site)] += miners.power_w[i];
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < power_w.size(); ++i) {
    sum += world.energy()[i].usd_per_w() * power_w[i] * world.fleet_scale();
    if (world.plant() != nullptr) sum += world.plant()->site_totals()[i].energy_usd;
  }
  return sum - world.whereabouts().choosers().saved_energy_usd();
}

SiteResult site_result(const Plant& plant, std::size_t site) {
  const SiteTotals& totals = plant.site_totals()[site];
  SiteResult result{.energy_usd = totals.energy_usd,
                    .demand_usd = plant.charges(site).demand_usd(),
                    .peak_usd = plant.charges(site).peak_usd(),
                    .response_usd = totals.response_credit_usd - totals.response_penalty_usd,
                    .wear_usd = totals.wear_usd,
                    .repair_usd = 0.0,
                    .revenue_usd = totals.revenue_usd};
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    if (plant.site_of(i) == site) result.repair_usd += plant.totals()[i].repair_usd;
  }
  return result;
}

std::vector<Measure> measure_machines(const World& world) {
  const Plant& plant = *world.plant();
  std::vector<Measure> measures;
  const auto put = [&](std::string name, double value) {
    measures.push_back({"", std::move(name), value});
  };
  SiteResult all;
  SiteTotals time;
  double emissions_kg = 0.0;
  std::vector<SiteResult> results;
  for (std::size_t s = 0; s < plant.site_totals().size(); ++s) {
    results.push_back(site_result(plant, s));
    add(all, results.back());
    add(time, plant.site_totals()[s]);
    emissions_kg +=
        plant.site_totals()[s].energy_j * kMwhPerJoule * plant.site_config(s).emissions_kg_per_mwh;
  }
  double celsius_s = 0.0;
  double hottest_c = -std::numeric_limits<double>::infinity();
  double failures = 0.0;
  for (const MachineTotals& machine : plant.totals()) {
    celsius_s += machine.celsius_s;
    hottest_c = std::max(hottest_c, static_cast<double>(machine.hottest_c));
    failures += machine.failures;
  }
  const auto part = [&](double seconds) { return ratio(seconds, time.machine_s); };
  put("machines", static_cast<double>(plant.machines()));
  put("machines_energy_mwh", time.energy_j * kMwhPerJoule);
  put("machines_j_per_th", ratio(time.energy_j, time.hashes_th));
  put("machines_uptime", part(time.up_s));
  put("machines_stopped_fraction", part(time.stopped_s));
  put("machines_throttled_fraction", part(time.throttled_s));
  put("machines_too_hot_fraction", part(time.hot_s));
  put("machines_faulty_fraction", part(time.faulty_s));
  put("machines_failures", failures);
  put("machines_starts", static_cast<double>(time.starts));
  put("machines_mean_c", part(celsius_s));
  put("machines_hottest_c", hottest_c);
  put("machines_revenue_usd", all.revenue_usd);
  put("machines_energy_cost_usd", all.energy_usd);
  put("machines_mean_usd_per_mwh", ratio(all.energy_usd, time.energy_j * kMwhPerJoule));
  put("machines_demand_charge_usd", all.demand_usd);
  put("machines_peak_charge_usd", all.peak_usd);
  put("machines_response_usd", all.response_usd);
  put("machines_restart_wear_usd", all.wear_usd);
  put("machines_repair_cost_usd", all.repair_usd);
  put("machines_profit_usd", all.profit_usd());
  put("machines_emissions_t", emissions_kg * 1e-3);
  for (std::size_t s = 0; s < results.size(); ++s) {
    const SiteTotals& site = plant.site_totals()[s];
    const std::string& name = plant.site_config(s).name;
    put("site_energy_mwh." + name, site.energy_j * kMwhPerJoule);
    put("site_uptime." + name, ratio(site.up_s, site.machine_s));
    put("site_profit_usd." + name, results[s].profit_usd());
  }
  return measures;
}

}  // namespace aicmp
