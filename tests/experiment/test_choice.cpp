#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <tuple>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/experiment/comparison.hpp"
#include "sim/experiment/pool_concentration.hpp"
#include "sim/experiment/replicate.hpp"
#include "sim/experiment/summary.hpp"
#include "sim/game/participation.hpp"
#include "sim/game/pool_choice.hpp"
#include "tests/experiment/measured.hpp"
#include "tests/experiment/small_world.hpp"
#include "tests/experiment/temporary_folder.hpp"
#include "tests/source_dir.hpp"

using namespace aicmp;

namespace {

constexpr double kNow = 1e9;  // a hazard that nobody survives

/// Miners of these sizes, in parts of the network, who go by the published rule and not by risk,
/// and may leave for a pool that pays for every share.
Scenario choosing_world(std::vector<double> network_parts, const std::string& scheme,
                        double outside_fee, double days) {
  Scenario s = small_world(1, days);
  const double network_ths = 1e12 * kHashesPerWork / 600.0 * 1e-12;
  const double ours = std::accumulate(network_parts.begin(), network_parts.end(), 0.0);
  s.network.hash_rate_ehs = (1.0 - ours) * network_ths * 1e-6;
  GroupConfig& group = s.fleet.groups[0];
  group.name = "choosers";
  group.latency_ms = 0.0;
  group.count = static_cast<std::int64_t>(network_parts.size());
  group.size.list_ths = std::move(network_parts);
  for (double& ths : group.size.list_ths) ths *= network_ths;
  group.behaviour = Behaviour::kChoose;
  group.choice.risk_aversion = 0.0;
  group.choice.leave_per_week = kNow;
  group.choice.join_per_week = kNow;
  group.choice.judges_by = PoolJudgement::kRule;
  s.fleet.outside = {{"pps", OutsidePool::Pays::kPps, outside_fee}};
  s.pool.schemes = {parse_scheme(scheme)};
  return s;
}

/// World 0 after `days`, at most those of the scenario.
/// `scenario` must outlive the world.
std::unique_ptr<World> world_after(const Scenario&& scenario, double days) = delete;
std::unique_ptr<World> world_after(const Scenario& scenario, double days) {
  auto world = std::make_unique<World>(scenario, WorldKey{1, 0, 0});
  world->advance(Time::days(days));
  return world;
}

double measured(const Scenario& scenario, const std::string& name) {
  return of_scheme(run(scenario), scheme_names(scenario.pool).front()).at(name);
}

}  // namespace

TEST_CASE("the pools of the network: ours, the listed ones and those that our miners went to") {
  // Two miners of 1 and 2 % leave a pool that takes half; 10 % are in the pool that they go to.
  Scenario s = choosing_world({0.01, 0.02}, "pplns:2:fee=0.5", 0.015, 2.0);
  s.fleet.outside = {{"next", OutsidePool::Pays::kPplns, 0.01, 0.1}};
  s.network.pools = {{"giant", 0.6}, {"next door", 0.2}};
  const auto end = of_scheme(run(s), "pplns:2:fee=0.5");
  const std::vector<double> parts = {0.0, 0.6 * 0.97, 0.2 * 0.97, 0.1 + 0.03};
  CHECK(end.at("network_hhi") == doctest::Approx(concentration(parts)));
  CHECK(end.at("network_nakamoto") == 1.0);
  CHECK(of_scheme(run(s), "").at("network_hhi") == end.at("network_hhi"));

  // Who stays is a pool of 3 %; in one of the listed pools they would be part of it.
  s.pool.schemes = {parse_scheme("pplns:2:fee=0.001")};
  s.network.pools = {{"next", 0.4}};
  CHECK(measured(s, "network_hhi") == doctest::Approx(0.03 * 0.03 + std::pow(0.4 * 0.97, 2)));
  CHECK(std::isnan(measured(s, "network_nakamoto")));
  s.pool.schemes = {parse_scheme("pplns:2:fee=0.5")};
  CHECK(measured(s, "network_hhi") == doctest::Approx(std::pow(0.4 * 0.97 + 0.03, 2)));
}

TEST_CASE("who leaves at once is who is above the exit threshold") {
  // Sizes over three decades; the pool charges .5 % and the world 1.5 %.
  std::vector<double> sizes;
  for (int i = 0; i < 60; ++i) sizes.push_back(1e-5 * std::pow(1.12, i));
  for (const double eta : {0.99, 0.95, 0.9, 0.7}) {
    CAPTURE(eta);
    const Scenario s =
        choosing_world(sizes, fmt::format("eta:{}:fee=0.005", eta), /*outside_fee=*/0.015, 1.5);
    const auto world = world_after(s, 1.5);
    const double sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    const double threshold = sum * exit_threshold(sizes, eta, 0.005, 0.015);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      CHECK(world->whereabouts().choosers().inside()[i] == (sizes[i] > threshold ? 0.0 : 1.0));
    }
  }
}

TEST_CASE("divisible hash rate stays at eta_c, and leaves below it for the best stake") {
  constexpr std::size_t kMiners = 20;
  constexpr std::int64_t kParts = 50;
  const std::vector<double> sizes(kMiners, 1e-3);
  const double eta_c = critical_eta(kMiners, 0.005, 0.015);
  const auto world_at = [&](double eta) {
    Scenario s =
        choosing_world(sizes, fmt::format("eta:{:.6f}:fee=0.005", eta), /*outside_fee=*/0.015, 90);
    s.fleet.groups[0].choice.divide_into = kParts;
    return s;
  };
  CHECK(measured(world_at(eta_c + 1e-4), "participation_mean") == 1.0);
  for (const double below : {0.001, 0.005, 0.02}) {
    CAPTURE(below);
    Scenario s = world_at(eta_c - below);
    const double stake = best_stake({sizes, eta_c - below, 0.005, 0.015}, sizes, 0) / sizes[0];
    REQUIRE(stake < 1.0);
    const auto world = world_after(s, 1.5);
    for (const double inside : world->whereabouts().choosers().inside()) {
      // The gain is concave in the stake, so the best of the grid is next to the best of all.
      CHECK(std::abs(inside - stake) <= 1.0 / kParts);
    }
    // Once some are out, the wish of the others to come back does not make full again.
    s.fleet.groups[0].choice.leave_per_week = s.fleet.groups[0].choice.join_per_week = 1.0;
    CHECK(measured(s, "participation_end") < 1.0);
  }
}

TEST_CASE("miners act on a wish at their hazard") {
  // The fee is 10 % too high, or the pool is free: everybody wants to go, or to come.
  constexpr int kMiners = 1000;
  constexpr double kPerWeek = 0.5;
  for (const bool leave : {true, false}) {
    Scenario s = choosing_world(std::vector<double>(kMiners, 1e-5),
                                leave ? "pplns:1:fee=0.12" : "pplns:1:fee=0", 0.02, 14);
    ChoiceConfig& choice = s.fleet.groups[0].choice;
    choice.starts_outside = !leave;
    choice.leave_per_week = choice.join_per_week = kPerWeek;
    const double moved = 1.0 - std::exp(-2.0 * kPerWeek);
    const double inside = measured(s, "participation_end");
    const double sd = std::sqrt(moved * (1.0 - moved) / kMiners);
    CHECK(std::abs((leave ? 1.0 - inside : inside) - moved) < 4.0 * sd);
    // Nobody goes back, so this is retention too.
    if (leave) CHECK(measured(s, "retention") == doctest::Approx(inside).epsilon(1e-12));
  }
}

TEST_CASE("a cost of switching holds those who would gain less") {
  for (const double cost : {0.05, 0.12}) {
    Scenario s = choosing_world(std::vector<double>(5, 1e-3), "pplns:1:fee=0.1", 0.02, 3);
    s.fleet.groups[0].choice.switching_cost = cost;
    CHECK(measured(s, "participation_end") == (cost < 0.08 ? 0.0 : 1.0));
  }
}

TEST_CASE("three kinds of miners settle where the game has its equilibrium, or never") {
  // economics.md 2.4: 20 small, 5 medium, 1 large; PPLNS with 5 % of the network, PPS.
  const auto world_at = [](double eta, double risk_aversion) {
    Scenario s = choosing_world({1e-4}, fmt::format("eta:{}:fee=0.005", eta), 0.025, 400);
    GroupConfig group = s.fleet.groups[0];
    group.choice.risk_aversion = risk_aversion;
    group.choice.leave_per_week = group.choice.join_per_week = 1.0;
    const double unit = group.size.list_ths[0];
    s.fleet.groups.clear();
    for (const auto& [name, count, times] :
         {std::tuple{"small", 20, 1.0}, {"medium", 5, 10.0}, {"large", 1, 100.0}}) {
      group.name = name;
      group.count = count;
      group.size.list_ths = {unit * times};
      s.fleet.groups.push_back(group);
    }
    s.network.hash_rate_ehs = (1.0 - 0.017) / 1e-4 * unit * 1e-6;
    s.fleet.outside = {{"pplns", OutsidePool::Pays::kPplns, 0.015, 0.05},
                       {"pps", OutsidePool::Pays::kPps, 0.025}};
    return s;
  };
  const auto inside = [](const World& world) {
    const auto at = world.whereabouts().choosers().inside();
    return std::vector<double>{at[0], at[20], at[25]};
  };
  using Stay = std::vector<double>;
  for (const double risk_aversion : {0.0, 0.1}) {
    for (const auto& [eta, expected] : std::vector<std::pair<double, Stay>>{
             {0.995, {1, 1, 1}}, {0.99, {1, 1, 0}}, {0.95, {1, 0, 0}}, {0.8, {1, 0, 0}}}) {
      CAPTURE(eta);
      CAPTURE(risk_aversion);
      const Scenario scenario = world_at(eta, risk_aversion);
      const auto world = world_after(scenario, 200);
      CHECK(inside(*world) == expected);
      const std::int64_t moves =
          world->whereabouts().choosers().departures() + world->whereabouts().choosers().arrivals();
      world->advance(Time::days(400));
      CHECK(inside(*world) == expected);
      CHECK(world->whereabouts().choosers().departures() +
                world->whereabouts().choosers().arrivals() ==
            moves);
    }
  }
  const Scenario restless = world_at(0.95, 1.0);
  const auto chase = world_after(restless, 300);
  const std::int64_t moves = chase->whereabouts().choosers().arrivals();
  chase->advance(Time::days(400));
  CHECK(chase->whereabouts().choosers().arrivals() > moves);
}

TEST_CASE("miners who judge by the fee of late do what those do who know the rule") {
  // All by what the first day's books say: 14 blocks, of windows of 4800 shares a miner, for work
  // of 8640. Their relative errors are 1.44 % and 1.08 %, so pay is known to 2.5 % at worst.
  constexpr double kError = 4.0 * 0.025;
  std::vector<double> sizes;
  for (int i = 0; i < 60; ++i) sizes.push_back(1e-5 * std::pow(1.12, i));
  Scenario s = choosing_world(sizes, "eta:0.7:fee=0.005", 0.015, 1.5);
  s.fleet.groups[0].choice.judges_by = PoolJudgement::kFee;
  s.fleet.groups[0].choice.memory_days = 0.5;
  const auto world = world_after(s, 1.5);
  const std::vector<double> fees = effective_fees(sizes, 0.7, 0.005);
  int clear = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (std::abs(fees[i] - 0.015) < kError * (1.0 - fees[i])) continue;
    ++clear;
    CHECK(world->whereabouts().choosers().inside()[i] == (fees[i] > 0.015 ? 0.0 : 1.0));
  }
  CHECK(clear > 40);
}

TEST_CASE("withheld blocks drive away who judges by pay, not who judges by the fee") {
  Scenario s = choosing_world(std::vector<double>(5, 0.01), "pplns:1:fee=0.01", 0.03, 200);
  ChoiceConfig& choice = s.fleet.groups[0].choice;
  choice.memory_days = 30.0;
  s.fleet.groups.push_back(s.fleet.groups[0]);
  s.fleet.groups[1].name = "saboteurs";
  s.fleet.groups[1].behaviour = Behaviour::kWithhold;
  for (const PoolJudgement by : {PoolJudgement::kFee, PoolJudgement::kPay}) {
    s.fleet.groups[0].choice.judges_by = by;
    s.fleet.groups[0].choice.join_per_week = 0.0;
    const double inside = measured(s, "group_participation_end.choosers");
    CHECK(inside == (by == PoolJudgement::kFee ? 1.0 : 0.0));
  }
}

TEST_CASE("a group stops below break-even and starts above it, with a band between") {
  Scenario s = choosing_world({1e-3}, "pplns:1:fee=0", 0.02, 300);
  ChoiceConfig& choice = s.fleet.groups[0].choice;
  choice.stops_at_loss = true;
  choice.restart_band = 0.1;
  s.price.model = PriceModel::kGbm;
  const World first(s, {1, 0, 0});
  const double watts_per_phs = first.miners().power_w[0] / first.miners().hashes_per_s[0] * 1e15;
  // At this price of energy the first day's hash price just pays.
  const double cost = first.hash_price_usd_per_phs_day();
  s.energy.flat_usd_per_mwh = cost / (watts_per_phs * 24e-6);
  int stops = 0;
  int starts = 0;
  for (std::uint32_t replication = 0; replication < 10; ++replication) {
    World world(s, {1, replication, 0});
    bool running = true;
    for (int day = 1; day <= 300; ++day) {
      world.advance(Time::days(day));
      const double price = world.hash_price_usd_per_phs_day();
      const bool should = running ? price >= 0.9 * cost : price >= 1.1 * cost;
      stops += running && !should ? 1 : 0;
      starts += !running && should ? 1 : 0;
      running = should;
      REQUIRE(world.whereabouts().choosers().inside()[0] == (running ? 1.0 : 0.0));
      CHECK((world.whereabouts().choosers().idle_hashes_per_s() > 0.0) == !running);
      CHECK((world.pool().total_hashes_per_s() > 0.0) == running);
    }
  }
  CHECK(stops >= 5);
  CHECK(starts >= 3);
}

TEST_CASE("who mines elsewhere is paid there, less the fee of that pool") {
  Scenario s = choosing_world(std::vector<double>(3, 1e-3), "pplns:1:fee=0.2", 0.02, 20);
  s.fleet.groups[0].choice.starts_outside = true;
  const auto m = of_scheme(run(s), "pplns:1:fee=0.2");
  CHECK(m.at("group_pay_per_expected_value.choosers") == doctest::Approx(0.98).epsilon(1e-12));
  CHECK(m.at("participation_mean") == 0.0);
  CHECK(m.at("expected_revenue_btc") == 0.0);
  CHECK(m.at("never_paid_fraction") == 1.0);
  CHECK(std::isnan(m.at("retention")));
}

TEST_CASE("without miners who choose, nothing about choice matters") {
  const Scenario plain = small_world(20, 5);
  Scenario furnished = plain;
  furnished.fleet.outside = {{"free", OutsidePool::Pays::kPps, 0.0}};
  furnished.fleet.review_hours = 1.0;
  furnished.fleet.groups[0].choice.leave_per_week = kNow;
  furnished.pool.paying = scheme_names(plain.pool)[3];
  check_equal(run(plain), run(furnished));
}

TEST_CASE("choosing worlds are the same every time, for any number of threads") {
  Scenario s = choosing_world(std::vector<double>(20, 1e-3), "eta:0.8:fee=0.005", 0.01, 40);
  s.fleet.groups[0].size.list_ths[0] *= 20.0;
  s.fleet.groups[0].choice.leave_per_week = s.fleet.groups[0].choice.join_per_week = 1.0;
  s.pool.schemes = {parse_scheme("eta:0.8"), parse_scheme("pps:0.02"), parse_scheme("pplns")};
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    s.run.fidelity = fidelity;
    check_equal(run(s), run(s));
  }
  s.run.fidelity = Fidelity::kFlow;
  const std::vector<Scenario> worlds = worlds_to_compare(s);
  REQUIRE(worlds.size() == 3);
  ReplicationPlan plan;
  plan.replications = 5;
  const auto one = replicate(worlds, plan);
  plan.threads = 4;
  const auto many = replicate(worlds, plan);
  REQUIRE(one.measures.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) check_equal(one.measures[i], many.measures[i]);
}

TEST_CASE("in a comparison each scheme pays in a world of its own, on the same random numbers") {
  Scenario s = choosing_world(std::vector<double>(20, 1e-3), "eta:0.8:fee=0.005", 0.01, 30);
  s.fleet.groups[0].size.list_ths[0] *= 20.0;
  s.pool.schemes = {parse_scheme("eta:0.8"), parse_scheme("pplns:8:fee=0.005")};
  const std::vector<Scenario> worlds = worlds_to_compare(s);
  ReplicationPlan plan;
  plan.replications = 3;
  const Summary together(replicate(worlds, plan).measures);
  CHECK(together.schemes() == std::vector<std::string>{"eta:0.8", "pplns:8:fee=0.005"});
  for (const Scenario& world : worlds) {
    const std::string scheme = scheme_names(world.pool).front();
    const Summary alone(replicate(world, plan).measures);
    for (const char* name : {"participation_mean", "departures", "credited_btc"}) {
      CHECK(alone.values(scheme, name) == together.values(scheme, name));
    }
    // Where miners are changes nobody's luck.
    CHECK(alone.values("", "network_blocks") == together.values("", "network_blocks"));
  }
  CHECK(together.moments("eta:0.8", "participation_mean").mean() <
        together.moments("pplns:8:fee=0.005", "participation_mean").mean());
  const std::string text = comparison_text(together, compare_to_first(together));
  CHECK(text.find("hash rate in the pool") != std::string::npos);
  // Where nobody chooses, schemes share one world.
  CHECK(worlds_to_compare(small_world(3, 1)).size() == 1);
}

TEST_CASE("under the scheme that pays, the others have no participation") {
  Scenario s = choosing_world(std::vector<double>(4, 1e-3), "pplns:1:fee=0.5", 0.02, 3);
  s.pool.schemes = {parse_scheme("pplns:1:fee=0.5"), parse_scheme("pps:0")};
  CHECK(of_scheme(run(s), "pplns:1:fee=0.5").at("participation_end") == 0.0);
  CHECK(std::isnan(of_scheme(run(s), "pps:0").at("participation_end")));
  s.pool.paying = "pps:0";
  s.fees.constant_btc = 0.0;
  CHECK(of_scheme(run(s), "pps:0").at("participation_end") == 1.0);
}

TEST_CASE("every measure is in the reference page") {
  std::ifstream file(test::source_dir() + "/docs/measures.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const Scenario s = choosing_world({1e-3}, "pplns", 0.02, 1);
  for (const Measure& m : run(s)) {
    const std::size_t end = m.name.find(".choosers");
    std::string name = end == std::string::npos ? m.name : m.name.substr(0, end) + ".GROUP";
    if (const std::size_t tenth = name.find("_decile_"); tenth != std::string::npos) {
      name = name.substr(0, tenth) + "_decile_D";
    }
    CAPTURE(name);
    CHECK(page.find("`" + name + "`") != std::string::npos);
  }
}

TEST_CASE("the first payout comes when the threshold is earned") {
  // PPS pays every share, so a miner of h of the network earns 144 h S (1 - f) a day.
  Scenario s = small_world(1, 60);
  const double network_ths = 1e12 * kHashesPerWork / 600.0 * 1e-12;
  s.fleet.groups[0].size.list_ths = {1e-4 * network_ths, 1e-2 * network_ths};
  s.fleet.groups[0].count = 2;
  s.pool.schemes = {parse_scheme("pps:0")};
  s.pool.payout.threshold_btc = 0.5;
  s.pool.settlement_hours = 24.0;
  s.fees.constant_btc = 0.0;
  World world(s, {1, 0, 0});
  world.advance(s.run.horizon());
  world.close();
  // .045 BTC a day by 8640 shares: half a bitcoin on the 12th day. The other, on the first.
  const auto times = world.first_payouts()[0].times();
  CHECK(times[0] == Time::days(12));
  CHECK(times[1] == Time::days(1));
  s.pool.payout.threshold_btc = 1000.0;
  const auto m = of_scheme(run(s), "pps:0");
  CHECK(m.at("never_paid_fraction") == 1.0);
  CHECK(std::isnan(m.at("days_to_first_payout_decile_5")));
}

TEST_CASE("a choice that makes no sense is one clear error") {
  const auto fault = [](const Scenario& s) { return message_of<ConfigError>([&] { check(s); }); };
  Scenario s = choosing_world({1e-3}, "pplns", 0.02, 1);
  CHECK(fault(s).empty());
  Scenario wrong = s;
  wrong.fleet.outside.clear();
  CHECK(fault(wrong) ==
        "fleet.outside: choosing miners have nothing to choose (allowed: at least one pool)");
  wrong = s;
  wrong.fleet.outside = {{"a", OutsidePool::Pays::kPplns, 0.01, 0.6},
                         {"b", OutsidePool::Pays::kPplns, 0.01, 0.5}};
  CHECK(fault(wrong) ==
        "fleet.outside[1].network_share: the shares sum to 1.1 (allowed: at most 1)");
  wrong.fleet.outside[1].name = "a";
  CHECK(fault(wrong) == "fleet.outside[1].name: 'a' is the name of two pools");
  wrong = s;
  wrong.pool.paying = "pps";
  CHECK(fault(wrong) == "pool.paying: no scheme is called 'pps' (allowed: pplns)");
  wrong = s;
  wrong.pool.schemes = {parse_scheme("weight:w")};
  CHECK(fault(wrong).starts_with("pool.schemes: 'weight:w' cannot pay miners who choose"));
  wrong = s;
  wrong.network.replay.blocks_csv = "blocks.csv";
  CHECK(fault(wrong).starts_with("network.replay.blocks_csv: "));
}
