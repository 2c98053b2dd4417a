#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/fleet/plant.hpp"

namespace aicmp {
namespace {

constexpr double kHashPrice = 50.0;

/// Machines at one site that nothing happens to.
struct Setting {
  FleetConfig fleet;
  std::vector<SiteConfig> sites = std::vector<SiteConfig>(1);
  double days = 30.0;

  explicit Setting(std::int64_t miners = 10, double machines = 5.0) {
    GroupConfig& group = fleet.groups.front();
    group.count = miners;
    group.mean_machines = machines;
    group.size.shape = SizeShape::kFixed;
    MachinesConfig& config = group.machines;
    config.modelled = true;
    config.power_sigma = config.resistance_sigma = config.dust_per_year = 0.0;
    for (FailureMode& mode : config.failures.modes) mode.mtbf_days = 0.0;
  }
  MachinesConfig& machines() { return fleet.groups.front().machines; }
  FailureMode& failure(Fault fault) {
    return machines().failures.modes[static_cast<std::size_t>(fault) - 1];
  }

  Plant make() const {
    return Plant(fleet, sites, draw_population(fleet, {.seed = 1}), {.seed = 1},
                 /*start_unix_s=*/1'735'689'600, Time::days(days));
  }
  Plant run() const {
    Plant plant = make();
    while (plant.until() < Time::days(days)) plant.step(kHashPrice);
    plant.close();
    return plant;
  }
};

double megawatt_hours(const Plant& plant) {
  return plant.site_totals()[0].energy_j / 3.6e9;
}

}  // namespace

TEST_CASE("undisturbed machines draw their nameplate at 25 C and hash all of it") {
  const Plant plant = Setting().run();
  CHECK(plant.machines() == 50);
  CHECK(megawatt_hours(plant) == doctest::Approx(50 * 3500e-6 * 24 * 30).epsilon(1e-9));
  for (const MachineTotals& machine : plant.totals()) {
    CHECK(machine.hashes_th == doctest::Approx(200.0 * 30 * 86400).epsilon(1e-12));
    CHECK(machine.energy_j / machine.hashes_th == doctest::Approx(17.5).epsilon(1e-9));
    CHECK(machine.celsius_s / (30 * 86400.0) == doctest::Approx(70.0));
  }
  for (const double part : plant.parts()) CHECK(part == doctest::Approx(1.0).epsilon(1e-12));
}

TEST_CASE("energy, money and hashes of machines sum to those of the site") {
  Setting setting;
  setting.machines() = {};
  setting.machines().modelled = true;
  setting.sites[0].energy.model = EnergyModel::kMarket;
  setting.sites[0].ambient.model = AmbientModel::kSeasons;
  setting.sites[0].decision.rule = EnergyRuleKind::kHysteresis;
  const Plant plant = setting.run();
  const SiteTotals& site = plant.site_totals()[0];
  MachineTotals sum;
  for (const MachineTotals& machine : plant.totals()) {
    sum.energy_j += machine.energy_j;
    sum.hashes_th += machine.hashes_th;
    sum.energy_usd += machine.energy_usd;
    sum.revenue_usd += machine.revenue_usd;
  }
  CHECK(sum.energy_j == doctest::Approx(site.energy_j).epsilon(1e-10));
  CHECK(sum.hashes_th == doctest::Approx(site.hashes_th).epsilon(1e-10));
  CHECK(sum.energy_usd == doctest::Approx(site.energy_usd).epsilon(1e-10));
  CHECK(sum.revenue_usd == doctest::Approx(site.revenue_usd).epsilon(1e-10));
  CHECK(site.revenue_usd == doctest::Approx(site.hashes_th / 8.64e7 * kHashPrice));
}

TEST_CASE("the cost of energy is power times price, hour by hour of a tariff") {
  Setting setting;
  setting.days = 7.0;
  setting.sites[0].energy.model = EnergyModel::kTimeOfUse;
  const Plant plant = setting.run();
  // 4 hours of 5 days at 90, the rest at 35.
  const double mean = (20.0 * 90.0 + 148.0 * 35.0) / 168.0;
  CHECK(plant.site_totals()[0].energy_usd ==
        doctest::Approx(megawatt_hours(plant) * mean).epsilon(1e-9));
}

TEST_CASE("availability of one kind of failure is MTBF / (MTBF + MTTR)") {
  for (const Fault fault : {Fault::kPsu, Fault::kConnection}) {
    Setting setting(20, 100.0);
    setting.days = 400.0;
    setting.failure(fault) = {10.0, 48.0, 7.0};
    const Plant plant = setting.run();
    const double availability = 10.0 / 12.0;
    Moments up;
    for (const MachineTotals& machine : plant.totals()) up.add(machine.up_s / (400.0 * 86400.0));
    // Machines start sound, which is worth the transient: 1/6 of a relaxation time of 10/6 days.
    const double start = (1.0 - availability) * (10.0 / 6.0) / 400.0;
    const double error = 4.0 * up.standard_deviation() / std::sqrt(double(up.count()));
    CHECK(std::abs(up.mean() - availability - start) < error);
    CHECK(error < 0.005);
    // While the power supply is broken nothing is drawn; without a connection everything is.
    const double drawn = megawatt_hours(plant) / (2000 * 3500e-6 * 24 * 400);
    CHECK(drawn == doctest::Approx(fault == Fault::kPsu ? up.mean() : 1.0).epsilon(0.002));
    const MachineTotals& first = plant.totals()[0];
    CHECK(first.repair_usd <= 7.0F * static_cast<float>(first.failures));
    CHECK(first.repair_usd >= 7.0F * static_cast<float>(first.failures - 1));
  }
}

TEST_CASE("availability of all kinds together") {
  Setting setting(20, 100.0);
  setting.days = 300.0;
  setting.machines().failures = {};
  for (FailureMode& mode : setting.machines().failures.modes) mode.mtbf_days /= 40.0;
  const double sound = Failures(setting.machines().failures, {}, 0).availability();
  const Plant plant = setting.run();
  const SiteTotals& site = plant.site_totals()[0];
  CHECK(site.faulty_s / site.machine_s == doctest::Approx(1.0 - sound).epsilon(0.05));
}

TEST_CASE("no control period changes what a failure costs") {
  Setting setting;
  setting.failure(Fault::kConnection) = {2.0, 3.0, 0.0};
  const Plant hourly = setting.run();
  setting.fleet.control_minutes = 5.0;
  const Plant fine = setting.run();
  CHECK(fine.site_totals()[0].hashes_th ==
        doctest::Approx(hourly.site_totals()[0].hashes_th).epsilon(1e-9));
}

TEST_CASE("the owner's limits are respected by every machine at every control point") {
  Setting setting(5, 20.0);
  setting.machines() = {};
  setting.machines().modelled = true;
  setting.machines().max_power_w = 3000.0;
  setting.machines().thermal.throttle_c = 72.0;
  setting.machines().thermal.off_c = 74.0;
  setting.sites[0].ambient.model = AmbientModel::kSeasons;
  setting.sites[0].ambient.mean_c = 38.0;
  setting.sites[0].ambient.yearly_amplitude_c = 0.0;
  setting.sites[0].ambient.daily_amplitude_c = 10.0;
  setting.sites[0].max_power_mw = 0.2;
  Plant plant = setting.make();
  std::vector<double> before(plant.machines(), 0.0);
  bool limited = false;
  for (Time last; plant.until() < Time::days(30.0);) {
    plant.step(kHashPrice);
    const double dt_s = (plant.until() - last).in_seconds();
    last = plant.until();
    for (std::size_t i = 0; i < plant.machines(); ++i) {
      const double watts = (plant.totals()[i].energy_j - before[i]) / dt_s;
      before[i] = plant.totals()[i].energy_j;
      CHECK(watts <= 3000.0 * (1.0 + 1e-9));
      CHECK(plant.totals()[i].hottest_c <= 74.0F + 1e-4F);
      limited = limited || watts > 2500.0;
    }
    CHECK(plant.site_states()[0].power_w <= 0.2e6 * (1.0 + 1e-9));
  }
  CHECK(limited);
  const SiteTotals& site = plant.site_totals()[0];
  CHECK(site.throttled_s > 0.0);
  CHECK(site.hot_s > 0.0);
  CHECK(site.stopped_s > 0.0);
}

TEST_CASE("a limit below the least power of a machine is refused") {
  Setting setting;
  setting.machines().max_power_w = 500.0;
  CHECK_THROWS_AS(setting.make(), ConfigError);
  CHECK_THROWS_WITH(setting.make(),
                    doctest::Contains("fleet.groups[0].machines.max_power_w: the machine cannot "
                                      "run at so little (allowed: 0 or >= "));
}

TEST_CASE("limits that an owner sets hold for his machines alone, from the next step on") {
  Setting setting(4, 3.0);
  setting.sites[0].ambient.mean_c = 41.0;  // warm enough that boards are above 72 C
  Plant plant = setting.make();
  plant.step(kHashPrice);
  const std::vector<MachineTotals> first(plant.totals().begin(), plant.totals().end());
  plant.set_limits(2, {.max_power_w = 2800.0});
  plant.set_limits(1, {.throttle_c = 72.0, .off_c = 73.0});
  const Time before = plant.until();
  plant.step(kHashPrice);
  const double dt_s = (plant.until() - before).in_seconds();
  for (std::size_t i = 0; i < plant.machines(); ++i) {
    const double watts = (plant.totals()[i].energy_j - first[i].energy_j) / dt_s;
    const std::uint32_t owner = plant.account_of(i);
    CHECK((watts <= 2800.0) == (owner == 2));
    CHECK(plant.limits(i).max_power_w == (owner == 2 ? 2800.0 : 0.0));
    CHECK(plant.limits(i).off_c == (owner == 1 ? 73.0 : 80.0));
    if (owner != 1) continue;
    CHECK(plant.celsius(i) == doctest::Approx(72.0));
    CHECK(watts < 0.95 * first[i].energy_j / before.in_seconds());
  }
  plant.set_limits(2, {.max_power_w = 0.0});
  plant.step(kHashPrice);
  CHECK(plant.parts()[2] == doctest::Approx(plant.parts()[0]));
}

TEST_CASE("limits that machines cannot keep are refused, and nothing changes") {
  Plant plant = Setting(2, 1.0).make();
  const auto refused = [&](std::uint32_t account, const OwnerLimits& limits, const char* why) {
    CHECK_THROWS_WITH_AS(plant.set_limits(account, limits), doctest::Contains(why), ConfigError);
    CHECK(plant.limits(0).max_power_w == 0.0);
    CHECK(plant.limits(0).throttle_c == 75.0);
  };
  refused(0, {.max_power_w = 500.0}, "max_power_w: the machine cannot run at so little");
  refused(0, {.throttle_c = 60.0}, "throttle_c: boards are held at the lowest");
  refused(0, {.throttle_c = 85.0}, "(allowed: 70 to 80 C)");
  refused(0, {.off_c = 74.0}, "off_c: boards would stop before they are throttled");
  refused(2, {.off_c = 79.0}, "miner: 2 has no modelled machines");
}

TEST_CASE("heat throttles first, by less power, and stops machines beyond 47 C") {
  const auto hash_part = [](double air_c) {
    Setting setting;
    setting.days = 1.0;
    setting.sites[0].ambient.mean_c = air_c;
    return setting.run().site_totals()[0].hashes_th / (50 * 200.0 * 86400.0);
  };
  CHECK(hash_part(39.0) == doctest::Approx(1.0));
  // Boards at 75 C: their power is (75 - T) / 35 of nominal over the drift of 1 %.
  CHECK(hash_part(43.0) == doctest::Approx(std::pow(32.0 / 35.0 / 1.01, 1.0 / 1.64)));
  CHECK(hash_part(48.0) == 0.0);
}

TEST_CASE("a start costs what the closed form says: nothing until the first hash, then a ramp") {
  Setting setting;
  setting.days = 2.0;
  setting.machines().start_minutes = 10.0;
  setting.machines().ramp_minutes = 6.0;
  EnergyConfig& energy = setting.sites[0].energy;
  energy.model = EnergyModel::kTimeOfUse;
  energy.time_of_use.weekday_usd_per_mwh.assign(24, 20.0);
  energy.time_of_use.weekday_usd_per_mwh[12] = 500.0;
  setting.sites[0].decision.rule = EnergyRuleKind::kGreedy;
  const Plant plant = setting.run();  // from a Wednesday: two hours off, two starts
  const SiteTotals& site = plant.site_totals()[0];
  CHECK(site.starts == 100);
  CHECK(site.stopped_s == doctest::Approx(50 * 2 * 3600.0));
  const double hours = 48.0 - 2.0 * (1.0 + (10.0 + 3.0) / 60.0);
  CHECK(site.hashes_th == doctest::Approx(50 * 200.0 * 3600.0 * hours).epsilon(1e-6));
  // At full power while they start, by default; asleep at 2 %.
  CHECK(site.energy_j ==
        doctest::Approx(50 * 3500.0 * 3600.0 * (46.0 + 2.0 * 0.02)).epsilon(0.001));
}

TEST_CASE("demand response: obeyed it pays, ignored it is charged") {
  Setting setting;
  setting.days = 365.0;
  setting.machines().start_minutes = setting.machines().ramp_minutes = 0.0;
  ResponseConfig& response = setting.sites[0].response;
  response.bid_part = 0.5;
  response.curtailed_usd_per_mwh = 80.0;
  const Plant obeyed = setting.run();
  response.obeys = false;
  const Plant ignored = setting.run();
  const SiteTotals& a = obeyed.site_totals()[0];
  const SiteTotals& b = ignored.site_totals()[0];
  CHECK(a.called_s == b.called_s);
  CHECK(a.called_s > 3600.0 * 10);
  CHECK(a.response_penalty_usd == 0.0);
  const double offered_mw = 0.5 * 50 * 3500e-6 * 0.98;
  const double called_h = a.called_s / 3600.0;
  CHECK(b.response_penalty_usd == doctest::Approx(1000.0 * offered_mw * called_h).epsilon(1e-6));
  const double free_h = 365.0 * 24.0 - called_h;
  CHECK(a.response_credit_usd ==
        doctest::Approx(offered_mw * (5.0 * free_h + 80.0 * called_h)).epsilon(1e-6));
  CHECK(b.response_credit_usd == doctest::Approx(offered_mw * 5.0 * free_h).epsilon(1e-6));
}

TEST_CASE("draws are common: another rule meets the same machines, weather, prices and calls") {
  Setting setting;
  setting.machines() = {};
  setting.machines().modelled = true;
  setting.machines().failures.wear_doubles_per_k = 0.0;
  setting.sites[0].energy.model = EnergyModel::kMarket;
  setting.sites[0].ambient.model = AmbientModel::kSeasons;
  Plant always = setting.make();
  setting.sites[0].decision.rule = EnergyRuleKind::kGreedy;
  Plant greedy = setting.make();
  while (always.until() < Time::days(30.0)) {
    always.step(kHashPrice);
    greedy.step(kHashPrice);
    CHECK(always.site_states()[0].air_c == greedy.site_states()[0].air_c);
    CHECK(always.site_states()[0].price_usd_per_mwh == greedy.site_states()[0].price_usd_per_mwh);
  }
  CHECK(greedy.site_totals()[0].stopped_s > 0.0);
}

TEST_CASE("groups do not change each other") {
  Setting setting;
  setting.machines() = {};
  setting.machines().modelled = true;
  const Plant alone = setting.run();
  setting.fleet.groups.push_back(setting.fleet.groups.front());
  setting.fleet.groups.back().name = "more";
  const Plant both = setting.run();
  for (std::size_t i = 0; i < alone.machines(); ++i) {
    CHECK(both.totals()[i].energy_j == alone.totals()[i].energy_j);
  }
}

}  // namespace aicmp
