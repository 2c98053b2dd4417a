#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/machine_measures.hpp"
#include "sim/experiment/machine_shares.hpp"
#include "sim/experiment/world.hpp"
#include "tests/experiment/measured.hpp"
#include "tests/experiment/small_world.hpp"

using namespace aicmp;

namespace {

/// A pool of 20 miners with modelled machines at two sites.
Scenario machine_world(double days) {
  Scenario s = small_world(20, days);
  GroupConfig group = s.fleet.groups.front();
  group.size = {};
  group.size.shape = SizeShape::kFixed;
  group.mean_machines = 30.0;
  group.machines.modelled = true;
  group.name = "a";
  s.fleet.groups = {group, group};
  s.fleet.groups[1].name = "b";
  s.fleet.groups[1].energy_site = 1;
  s.sites.resize(2);
  s.sites[0].name = "grid";
  s.sites[0].energy.model = EnergyModel::kMarket;
  s.sites[0].decision.rule = EnergyRuleKind::kHysteresis;
  s.sites[0].emissions_kg_per_mwh = 400.0;
  s.sites[1].name = "dam";
  s.sites[1].energy.flat_usd_per_mwh = 30.0;
  return s;
}

void finish(World& world) {
  world.advance(world.scenario().run.horizon());
  world.close();
}

class Notices final : public Observer {
 public:
  void on_site_notice(const World& world, const SiteNotice& notice) override {
    CHECK(notice.time <= world.now());
    CHECK(notice.time >= last_);
    last_ = notice.time;
    ++count_;
  }
  int count_ = 0;

 private:
  Time last_;
};

}  // namespace

TEST_CASE("the pool gets the work of machines that hash, within the error of its shares") {
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    Scenario scenario = machine_world(10.0);
    scenario.run.fidelity = fidelity;
    World world(scenario, {1, 0, 0});
    finish(world);
    const Plant& plant = *world.plant();
    std::vector<double> hashes(world.miners().size(), 0.0);
    for (std::size_t i = 0; i < plant.machines(); ++i) {
      hashes[plant.account_of(i)] += plant.totals()[i].hashes_th * 1e12;
    }
    double shares = 0.0;
    double error = 0.0;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      const double fresh = 1.0 - 2.0 / 600.0;  // latency of 2 s
      const double work = hashes[i] / kHashesPerWork * fresh;
      const auto counted = static_cast<double>(world.pool().share_counts().accepted[i]);
      CHECK(world.pool().work()[i] == doctest::Approx(work).epsilon(5.0 / std::sqrt(counted)));
      shares += counted;
      error += world.pool().work()[i] / work - 1.0;
    }
    const auto n = static_cast<double>(hashes.size());
    CHECK(std::abs(error) < 4.0 * n / std::sqrt(shares) + 0.02);
  }
}

TEST_CASE("machines that stop take their hash rate off the network, and give it to nobody") {
  Scenario scenario = machine_world(2.0);
  scenario.sites[0].max_power_mw = 1e-6;  // group a: nothing but sleep
  World world(scenario, {1, 0, 0});
  finish(world);
  const double others = scenario.network.hash_rate_ehs * 1e18;
  CHECK(world.network().total_hashes_per_s() ==
        doctest::Approx(others + world.pool().total_hashes_per_s()));
  CHECK(world.pool().hashes_per_s()[0] == 0.0);
  CHECK(world.pool().hashes_per_s()[20] > 0.0);
  CHECK(world.whereabouts().elsewhere().expected_sat()[0] == 0.0);
}

TEST_CASE("measures: books of sites add up, energy is metered once") {
  Scenario scenario = machine_world(40.0);
  scenario.sites[0].max_power_mw = 1.0;  // of 2.1
  World world(scenario, {1, 0, 0});
  finish(world);
  std::map<std::string, double> measures = of_scheme(measure(world), "");
  const auto get = [&](const char* name) { return measures.at(name); };
  CHECK(get("machines") == 1200.0);
  CHECK(get("machines_profit_usd") ==
        doctest::Approx(get("site_profit_usd.grid") + get("site_profit_usd.dam")));
  CHECK(get("machines_profit_usd") ==
        doctest::Approx(get("machines_revenue_usd") - get("machines_energy_cost_usd") -
                        get("machines_restart_wear_usd") - get("machines_repair_cost_usd")));
  CHECK(get("machines_energy_cost_usd") == doctest::Approx(get("miners_energy_cost_usd")));
  CHECK(get("machines_energy_mwh") ==
        doctest::Approx(get("site_energy_mwh.grid") + get("site_energy_mwh.dam")));
  CHECK(get("machines_emissions_t") == doctest::Approx(0.4 * get("site_energy_mwh.grid")));
  CHECK(get("machines_stopped_fraction") > 0.0);
  CHECK(get("machines_faulty_fraction") > 0.0);
  CHECK(get("machines_uptime") + get("machines_stopped_fraction") < 1.0);
}

TEST_CASE("groups without modelled machines pay the price of their site") {
  Scenario scenario = machine_world(3.0);
  for (GroupConfig& group : scenario.fleet.groups) group.machines.modelled = false;
  scenario.sites[0].energy = {};
  World world(scenario, {1, 0, 0});
  finish(world);
  CHECK(world.plant() == nullptr);
  const double mw = 20 * 30 * 3500e-6;
  CHECK(of_scheme(measure(world), "").at("miners_energy_cost_usd") ==
        doctest::Approx(mw * 72.0 * (50.0 + 30.0)));
}

TEST_CASE("notices come in order, after the fact, and change nothing") {
  Scenario scenario = machine_world(20.0);
  scenario.fleet.groups[0].machines.notices = true;
  Notices notices;
  World watched(scenario, {1, 0, 0}, &notices);
  finish(watched);
  World alone(scenario, {1, 0, 0});
  finish(alone);
  CHECK(notices.count_ > 100);
  CHECK(watched.pool().work()[3] == alone.pool().work()[3]);
}

namespace {

/// Temperature notices, by miner.
class HotNotices final : public Observer {
 public:
  void on_hot(const World& world, const HotNotice& notice) override {
    CHECK(notice.time == world.now());
    CHECK(notice.machines > 0);
    CHECK(notice.machines <= 30);
    by_miner.resize(world.miners().size());
    by_miner[notice.miner].push_back(notice);
  }
  std::vector<std::vector<HotNotice>> by_miner;
};

Scenario hot_world() {
  Scenario scenario = machine_world(6.0);
  scenario.pool.monitor.enabled = true;
  scenario.sites[0].ambient.mean_c = 20.0;
  scenario.sites[0].ambient.model = AmbientModel::kSeasons;
  scenario.sites[0].ambient.noise_sd_c = 0.0;
  scenario.sites[0].ambient.yearly_amplitude_c = 0.0;
  scenario.sites[0].ambient.daily_amplitude_c = 3.0;
  scenario.sites[0].ambient.heat_wave_day = 2.0;
  scenario.sites[0].ambient.heat_wave_days = 2.0;
  scenario.sites[0].ambient.heat_wave_rise_c = 20.0;
  return scenario;
}

}  // namespace

TEST_CASE("a heat wave is told to each miner, once a day, and to no other") {
  const Scenario scenario = hot_world();
  HotNotices notices;
  World world(scenario, {1, 0, 0}, &notices);
  finish(world);
  for (std::uint32_t miner = 0; miner < 40; ++miner) {
    const auto& own = notices.by_miner.at(miner);
    if (miner >= 20) {
      CHECK(own.empty());  // cool air
      continue;
    }
    CHECK(own.size() >= 1);
    CHECK(own.size() <= 3);
    CHECK(own.front().time >= Time::days(2.0));
    CHECK(own.front().time <= Time::days(3.0));
    CHECK(own.front().hottest_c == 75.0);  // throttled
    CHECK(world.notices(miner) >= static_cast<std::int64_t>(own.size()));
  }
  CHECK(of_scheme(measure(world), "").at("pool_notices_temperature") ==
        static_cast<double>(world.temperatures().notices()));
}

TEST_CASE("owners set the temperature of their notices, and without a monitor nobody tells") {
  Scenario scenario = hot_world();
  scenario.fleet.groups[0].machines.thermal.warn_c = 90.0;
  HotNotices none;
  World warm(scenario, {1, 0, 0}, &none);
  finish(warm);
  CHECK(warm.temperatures().notices() == 0);

  scenario.fleet.groups[0].machines.thermal.warn_c = 60.0;  // below what fans hold
  World cold(scenario, {1, 0, 0}, &none);
  cold.set_limits(0, {.warn_c = 100.0});
  finish(cold);
  CHECK(none.by_miner.at(0).empty());
  CHECK(none.by_miner.at(1).size() >= 1);

  scenario.pool.monitor.enabled = false;
  World blind(scenario, {1, 0, 0});
  finish(blind);
  CHECK(blind.temperatures().notices() == 0);
}

TEST_CASE("shares of machines add up to those of their miners, and tell their hash rates") {
  Scenario scenario = machine_world(10.0);
  World world(scenario, {1, 0, 0});
  finish(world);
  const Plant& plant = *world.plant();
  const std::vector<MachineShares> shares = draw_machine_shares(world);
  const ShareCounts& counts = world.pool().share_counts();
  std::vector<std::int64_t> accepted(world.miners().size(), 0);
  std::vector<std::int64_t> stale(world.miners().size(), 0);
  std::vector<double> hashes(world.miners().size(), 0.0);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    accepted[plant.account_of(i)] += shares[i].accepted;
    stale[plant.account_of(i)] += shares[i].stale;
    hashes[plant.account_of(i)] += plant.totals()[i].hashes_th;
  }
  CHECK(accepted == counts.accepted);
  CHECK(stale == counts.stale);
  double squares = 0.0;  // of standard scores, whose variance is 1 - part
  double expected = 0.0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::uint32_t account = plant.account_of(i);
    const double part = plant.totals()[i].hashes_th / hashes[account];
    const double mean = static_cast<double>(counts.accepted[account]) * part;
    squares += std::pow(static_cast<double>(shares[i].accepted) - mean, 2.0) / mean;
    expected += 1.0 - part;
  }
  CHECK(std::abs(squares - expected) <= 4.0 * std::sqrt(2.0 * expected));
}

namespace {

/// Any two groups of any models at two sites of any kind.
Scenario random_fleet(std::uint32_t world) {
  Rng rng({7, world, 0}, StreamId::kTest);
  const auto below = [&](std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(uniform(rng) * static_cast<double>(n)));
  };
  const auto between = [&](double low, double high) { return low + (high - low) * uniform(rng); };
  const auto sometimes = [&] { return uniform(rng) < 0.4; };
  const AsicCatalogue asics;
  Scenario s = machine_world(4.0);
  s.run.fidelity = sometimes() ? Fidelity::kShare : Fidelity::kFlow;
  s.fleet.control_minutes = std::array{5.0, 15.0, 60.0}[below(3)];
  s.pool.monitor.enabled = sometimes();
  for (GroupConfig& group : s.fleet.groups) {
    const AsicModel& model = asics[below(asics.models().size())];
    group.asic = model.name;
    group.count = 1 + static_cast<std::int64_t>(below(5));
    group.mean_machines = 1.0 + static_cast<double>(below(20));
    group.energy_site = static_cast<std::int64_t>(below(2));
    MachinesConfig& machines = group.machines;
    if (sometimes()) machines.max_power_w = between(0.8, 1.2) * model.power_w;
    machines.start_minutes = between(0.0, 90.0);
    machines.sleep_power = between(0.0, 0.01);
    machines.power_sigma = between(0.0, 0.1);
    machines.resistance_sigma = between(0.0, 0.1);
    for (FailureMode& mode : machines.failures.modes) mode.mtbf_days *= between(0.01, 1.0);
  }
  for (SiteConfig& site : s.sites) {
    site.ambient.model = AmbientModel::kSeasons;
    site.ambient.mean_c = between(-10.0, 45.0);
    site.energy.model = sometimes() ? EnergyModel::kFlat : EnergyModel::kMarket;
    site.decision.rule =
        std::array{EnergyRuleKind::kAlways, EnergyRuleKind::kGreedy, EnergyRuleKind::kHysteresis,
                   EnergyRuleKind::kDemandResponse, EnergyRuleKind::kClairvoyant}[below(5)];
    site.decision.tunes_power = sometimes();
    if (sometimes()) site.max_power_mw = between(0.02, 0.3);
    if (sometimes()) site.response = {.bid_part = 0.5, .calls_per_year = 400.0};
  }
  return s;
}

}  // namespace

TEST_CASE("whatever the fleet: limits hold, time and money and shares add up") {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    INFO(seed);
    const Scenario scenario = random_fleet(seed);
    World world(scenario, {1, seed, 0});
    finish(world);
    const Plant& plant = *world.plant();
    const double seconds = plant.until().in_seconds();
    std::vector<SiteTotals> sums(plant.site_totals().size());
    for (std::size_t i = 0; i < plant.machines(); ++i) {
      const MachineTotals& machine = plant.totals()[i];
      const MachinesConfig& config = scenario.fleet.groups[plant.fleet_group_of(i)].machines;
      CHECK(machine.up_s >= 0.0);
      CHECK(machine.up_s <= seconds * (1.0 + 1e-9));
      CHECK(machine.energy_j >= 0.0);
      CHECK(machine.hottest_c <= static_cast<float>(config.thermal.off_c) + 1e-3F);
      if (config.max_power_w > 0.0) {
        CHECK(machine.energy_j <= config.max_power_w * seconds * (1.0 + 1e-9));
      }
      SiteTotals& sum = sums[plant.site_of(i)];
      sum.energy_j += machine.energy_j;
      sum.hashes_th += machine.hashes_th;
      sum.energy_usd += machine.energy_usd;
      sum.revenue_usd += machine.revenue_usd;
      sum.up_s += machine.up_s;
    }
    for (std::size_t s = 0; s < sums.size(); ++s) {
      const SiteTotals& site = plant.site_totals()[s];
      CHECK(sums[s].energy_j == doctest::Approx(site.energy_j));
      CHECK(sums[s].hashes_th == doctest::Approx(site.hashes_th));
      CHECK(sums[s].energy_usd == doctest::Approx(site.energy_usd));
      CHECK(sums[s].revenue_usd == doctest::Approx(site.revenue_usd));
      CHECK(sums[s].up_s == doctest::Approx(site.up_s));
      CHECK(site.up_s + site.stopped_s + site.hot_s <= site.machine_s * (1.0 + 1e-9));
      const double cap_mw = scenario.sites[s].max_power_mw;
      if (cap_mw > 0.0) CHECK(site.highest_w <= cap_mw * 1e6 * (1.0 + 1e-9));
    }
    const ShareCounts& counts = world.pool().share_counts();
    std::vector<std::int64_t> accepted(world.miners().size(), 0);
    const std::vector<MachineShares> shares = draw_machine_shares(world);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      accepted[plant.account_of(i)] += shares[i].accepted;
      CHECK(shares[i].accepted >= 0);
    }
    CHECK(accepted == counts.accepted);
  }
}

TEST_CASE("what cannot be is refused with the key at fault") {
  const auto fault = [](auto change) {
    Scenario scenario = machine_world(1.0);
    change(scenario);
    try {
      check(scenario);
      World world(scenario, {1, 0, 0});
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(fault([](Scenario&) {}).empty());
  CHECK(fault([](Scenario& s) { s.fleet.groups[1].energy_site = 2; }) ==
        "fleet.groups[1].energy_site: there is no energy site 2 (allowed: [0, 1])");
  CHECK(fault([](Scenario& s) { s.sites[1].name = "grid"; }) ==
        "sites[1].name: 'grid' is the name of two sites");
  CHECK(fault([](Scenario& s) {
          s.fleet.groups[0].identities = 2;
        }).starts_with("fleet.groups[0].identities: modelled machines work for one account"));
  CHECK(fault([](Scenario& s) { s.sites[1].energy.model = EnergyModel::kReplay; }) ==
        "sites[1].energy.replay.file: a replay needs a file of prices");
  CHECK(fault([](Scenario& s) { s.sites[1].ambient.model = AmbientModel::kReplay; }) ==
        "sites[1].ambient.file: a replay needs a file of temperatures");
  CHECK(fault([](Scenario& s) { s.fleet.groups[0].machines.thermal.target_c = 90.0; }) ==
        "fleet.groups[0].machines.thermal.target_c: is above throttle_c or off_c");
}
