#include <cmath>

#include <doctest/doctest.h>

#include "sim/experiment/inspections.hpp"
#include "sim/game/sybil.hpp"
#include "tests/experiment/measured.hpp"
#include "tests/experiment/small_world.hpp"

using namespace aicmp;

namespace {

/// Nine honest miners and one in `identities` accounts, all of the same size.
Scenario world_of_ten(std::int64_t identities, const std::string& scheme, double days) {
  Scenario s = small_world(9, days);
  GroupConfig& honest = s.fleet.groups[0];
  honest.name = "honest";
  honest.size.shape = SizeShape::kFixed;
  honest.size.list_ths.clear();
  honest.mean_ths = 1e12 * kHashesPerWork / 600.0 * 0.01 * 1e-12;
  honest.latency_ms = 0.0;
  s.fleet.groups.push_back(honest);
  s.fleet.groups[1].name = "splitter";
  s.fleet.groups[1].count = 1;
  s.fleet.groups[1].identities = identities;
  s.pool.target_shares_per_min = 60.0;
  s.pool.schemes = {parse_scheme(scheme)};
  return s;
}

double pay(const Scenario& s, const std::string& group) {
  return of_scheme(run(s), scheme_names(s.pool).front())
      .at("group_pay_per_expected_value." + group);
}

}  // namespace

TEST_CASE("accounts are found at their hazard, each as often as any other of its kind") {
  const Scenario s = world_of_ten(5, "pps:0", 1);
  const Population miners = draw_population(s.fleet, {1, 0, 0});
  Inspections inspections({.per_month = 3.0, .false_alarms_per_month = 0.5}, miners, {1, 0, 0});
  constexpr double kMonths = 1000.0;
  std::vector<double> found(miners.size(), 0.0);
  for (; inspections.next() < Time::days(kMonths * kDaysPerMonth);) {
    const Finding finding = inspections.take();
    ++found[finding.account];
    CHECK(finding.true_alarm == (finding.account > 9));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    const double expected = kMonths * (i > 9 ? 3.0 : 0.5);
    CHECK(std::abs(found[i] - expected) < 4.0 * std::sqrt(expected));
  }
}

TEST_CASE("a false identity that is found forfeits half a settlement's pay on average") {
  // PPS owes from second to second and is settled every 5 days: what is owed at a random time is
  // uniform between nothing and 5 days' pay r, of standard deviation r 5 / sqrt(12).
  Scenario s = world_of_ten(10, "pps:0", 360);
  s.pool.settlement_hours = 120.0;
  s.pool.payout.threshold_btc = 0.0;
  s.pool.detection.per_month = 2.0;
  const auto measures = run(s);
  const double found = of_scheme(measures, "").at("pool_found_identities");
  const double expected = 9.0 * 2.0 * 360.0 / kDaysPerMonth;
  CHECK(std::abs(found - expected) < 4.0 * std::sqrt(expected));
  CHECK(of_scheme(measures, "").at("pool_false_alarms") == 0.0);
  const double owed_btc = 3.125 * 144.0 * 0.001 * 5.0;
  // Those found twice in one period lose less the second time: at most found / 71 periods / 9
  // accounts of them, each by half.
  const double forfeited = of_scheme(measures, "pps:0").at("forfeited_btc");
  const double twice = found / 71.0 / 9.0;
  CHECK(forfeited < owed_btc * (0.5 * found + 4.0 * std::sqrt(found / 12.0)));
  CHECK(forfeited > owed_btc * (0.5 * found * (1.0 - 0.5 * twice) - 4.0 * std::sqrt(found / 12.0)));
  // The splitter alone bears it.
  CHECK(pay(s, "honest") > 1.0 - 0.05 / 3.175 - 0.002);
  CHECK(pay(s, "splitter") < pay(s, "honest") - 0.01);
}

TEST_CASE("false alarms are the price that the honest pay for detection") {
  Scenario s = world_of_ten(1, "pps:0", 360);
  s.pool.settlement_hours = 120.0;
  s.pool.payout.threshold_btc = 0.0;
  const double before = pay(s, "honest");
  s.pool.detection.false_alarms_per_month = 0.1;
  const auto measures = run(s);
  const double alarms = of_scheme(measures, "").at("pool_false_alarms");
  CHECK(alarms > 0.0);
  CHECK(of_scheme(measures, "").at("pool_found_identities") == 0.0);
  CHECK(pay(s, "honest") < before);
}

TEST_CASE("a splitter who loses what it is owed time and again goes away") {
  Scenario s = world_of_ten(10, "eta:0.9:fee=0", 60);
  s.pool.payout.threshold_btc = 100.0;
  GroupConfig& splitter = s.fleet.groups[1];
  splitter.behaviour = Behaviour::kChoose;
  splitter.choice.leave_per_week = 1e9;
  splitter.choice.join_per_week = 0.0;
  splitter.choice.risk_aversion = 0.0;
  s.fleet.outside = {{"pps", OutsidePool::Pays::kPps, 0.02}};
  const char* inside = "group_participation_end.splitter";
  CHECK(of_scheme(run(s), "eta:0.9:fee=0").at(inside) == 1.0);
  s.pool.detection.per_month = 60.0;
  CHECK(of_scheme(run(s), "eta:0.9:fee=0").at(inside) == 0.0);
}

TEST_CASE("the deterring cost of an identity takes what splitting in two gains") {
  // Pay per day of the pool: 144 blocks a day, a tenth of them, of 3.125 + .05 BTC.
  const double income = 14.4 * 3.175 * kDaysPerMonth;
  const double cost = deterring_identity_cost(0.1, 0.5, income);
  const double alone = pay(world_of_ten(1, "eta:0.5:fee=0", 200), "splitter");
  Scenario two = world_of_ten(2, "eta:0.5:fee=0", 200);
  const double gross = pay(two, "splitter");
  two.fleet.groups[1].identity_cost_btc_per_month = cost;
  const double net = pay(two, "splitter");
  CHECK(gross / alone == doctest::Approx(split_gain(0.1, 0.5, 2.0)).epsilon(0.01));
  // Realised luck moves income by 1 / sqrt(2880 blocks) = 1.9 %, the cost by nothing.
  CHECK(std::abs(net - alone) < (gross - alone) * 4.0 * 0.019 + 0.01);
  const double months = 200.0 / kDaysPerMonth;
  CHECK(cost * months / (gross - net) == doctest::Approx(0.1 * income * months).epsilon(0.01));
}

TEST_CASE("without detection nothing about it matters, and it never changes anybody's luck") {
  Scenario plain = world_of_ten(10, "pplns:2", 20);
  Scenario inspected = plain;
  inspected.pool.detection.per_month = 5.0;
  const auto a = of_scheme(run(plain), "");
  auto b = of_scheme(run(inspected), "");
  CHECK(b.at("pool_found_identities") > 0.0);
  for (const char* name : {"network_blocks", "pool_blocks", "price_usd"})
    CHECK(a.at(name) == b.at(name));
  check_equal(run(inspected), run(inspected));
}
