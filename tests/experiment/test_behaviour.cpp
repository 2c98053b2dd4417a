#include <cmath>

#include <doctest/doctest.h>

#include "sim/experiment/replicate.hpp"
#include "sim/experiment/spreaders.hpp"
#include "sim/experiment/summary.hpp"
#include "sim/experiment/world.hpp"
#include "tests/experiment/small_world.hpp"

using namespace aicmp;

namespace {

/// A pool that is the whole network, at difficulty `difficulty` in shares of difficulty 1.
Scenario share_sized_pool(double difficulty, double blocks) {
  Scenario s = small_world(1, 1);
  s.network.chain.start_difficulty = difficulty;
  s.network.hash_rate_ehs = 0.0;
  s.run.fidelity = Fidelity::kShare;
  s.run.days = blocks * 600.0 / 86400.0;
  s.run.variation_days = s.run.days;
  s.pool.difficulty_rule = ShareDifficultyRule::kFixed;
  s.pool.share_difficulty = 1.0;
  s.fleet.groups[0].latency_ms = 0.0;
  s.fleet.groups[0].size.shape = SizeShape::kFixed;
  s.fleet.groups[0].size.list_ths.clear();
  s.fleet.groups[0].mean_ths = difficulty * kHashesPerWork / 600.0 * 1e-12;
  return s;
}

/// Nine miners and a tenth, a group of its own, with 60 shares a minute each, in a pool that finds
/// every tenth block.
Scenario ten_equal_miners(double days) {
  Scenario s = small_world(9, days);
  s.fleet.groups[0].size.shape = SizeShape::kFixed;
  s.fleet.groups[0].size.list_ths.clear();
  s.fleet.groups[0].mean_ths = 1e12 * kHashesPerWork / 600.0 * 0.01 * 1e-12;
  s.fleet.groups[0].latency_ms = 0.0;
  s.fleet.groups.push_back(s.fleet.groups[0]);
  s.fleet.groups[1].name = "tenth";
  s.fleet.groups[1].count = 1;
  s.pool.target_shares_per_min = 60.0;
  return s;
}

/// What the tenth miner got per expected value of its work here, over worlds, under `scheme`.
Moments pay_of_tenth(const Scenario& scenario, const std::string& scheme) {
  Scenario s = scenario;
  s.pool.schemes = {parse_scheme(scheme)};
  ReplicationPlan plan;
  plan.replications = 20;
  return Summary(replicate(s, plan).measures).moments(scheme, "group_pay_per_expected_value.tenth");
}

/// A miner's work as an estimate with time constant 1 sees it, over that of one who never leaves,
/// `t` after it came to the first of `pools` pools for `turn` each.
double estimated_part(double t, double turn, double pools) {
  const double top = (1.0 - std::exp(-turn)) / (1.0 - std::exp(-turn * pools));
  if (t > turn) return top * std::exp(turn - t);
  return 1.0 - (1.0 - top * std::exp(-turn * (pools - 1.0))) * std::exp(-t);
}

/// Mean of f(t) over [0, end].
template <typename F>
double mean_over(double end, F f) {
  constexpr int kSteps = 20'000;
  double sum = 0.0;
  for (int i = 0; i < kSteps; ++i) sum += f((i + 0.5) / kSteps * end);
  return sum / kSteps;
}

}  // namespace

TEST_CASE("identities split a miner's hash rate and are one owner's") {
  FleetConfig fleet;
  fleet.groups[0].count = 3;
  const Population one = draw_population(fleet, {1, 0, 0});
  fleet.groups[0].identities = 4;
  const Population four = draw_population(fleet, {1, 0, 0});
  REQUIRE(four.size() == 12);
  for (std::size_t i = 0; i < four.size(); ++i) {
    CHECK(four.owner[i] == i / 4);
    CHECK(four.hashes_per_s[i] == one.hashes_per_s[i / 4] / 4);
    CHECK(four.latency_s[i] == one.latency_s[i / 4]);
  }
}

TEST_CASE("splitting pays under eta, by the closed form, and never under PPLNS") {
  // One miner of 10 % among nine of 10 %, split into k = 10 (economics.md 2.4).
  const double eta = 0.5;
  const double k = 10.0;
  const double x = std::pow(0.1, eta);
  const double others = 9.0 * x;
  const double gain = std::pow(k, 1 - eta) * (x + others) / (std::pow(k, 1 - eta) * x + others);
  Scenario s = ten_equal_miners(100);
  s.fleet.groups[1].name = "splitter";
  s.fleet.groups[1].identities = 10;
  s.pool.schemes = {parse_scheme("eta:0.5:fee=0"), parse_scheme("pplns:8:fee=0")};
  World world(s, {1, 0, 0});
  world.advance(s.run.horizon());
  world.close();
  for (const Account& account : world.pool().accounts()) {
    double split = 0.0;
    for (std::size_t i = 9; i < 19; ++i) {
      split += static_cast<double>(account.book.earned()[i].value());
    }
    const double part = split / static_cast<double>(account.book.income().value());
    const bool is_eta = account.config.kind == SchemeKind::kEtaWindow;
    // Windows of 8 blocks hold 48,000 shares a miner, 4,800 an identity: counts vary by 1.5 % at
    // most, and 1,440 blocks share 180 windows.
    CHECK(part ==
          doctest::Approx(0.1 * (is_eta ? gain : 1.0)).epsilon(0.015 * 4 / std::sqrt(180.0)));
  }
}

TEST_CASE("spreading over pools pays under eta, by the closed form, and never under PPLNS") {
  // Half of every cycle, or half of the hash rate, is here beside nine whole miners.
  constexpr double kEta = 0.5;
  constexpr double kPools = 2.0;
  Scenario s = ten_equal_miners(300);
  s.fees.constant_btc = 0.0;
  s.fleet.groups[1].behaviour = Behaviour::kSpread;
  s.fleet.groups[1].pools = 2;
  const auto check_pay = [&](const std::string& scheme, double expected, double bias) {
    CAPTURE(scheme);
    const Moments pay = pay_of_tenth(s, scheme);
    CHECK(std::abs(pay.mean() - expected) < 4 * pay.standard_error() + bias);
    CHECK(pay.standard_error() < 0.01);
  };

  SUBCASE("all at once") {
    const double weight = std::pow(1.0 / kPools, kEta);
    const double gain = weight / (weight + 9.0) / (1.0 / kPools / (1.0 / kPools + 9.0));
    check_pay("eta:0.5:fee=0", gain, 0.0);
    check_pay("eta-t:0.5:fee=0:tau_h=24", gain, 0.0);
    check_pay("eta-pps:0.5:fee=0:tau_h=24", gain, 0.0);
    check_pay("pplns:8:fee=0", 1.0, 0.0);
  }
  SUBCASE("in turn, in each longer than the estimate remembers") {
    constexpr double kTurn = 2.0;
    s.fleet.groups[1].rotate_hours = 24.0 * kTurn;
    s.pool.settlement_hours = 0.25;  // work between is paid as of its middle
    const auto weight = [](double t) { return std::pow(estimated_part(t, kTurn, kPools), kEta); };
    const double by_block = kPools * mean_over(kPools * kTurn, [&](double t) {
                              const double pool =
                                  t < kTurn ? 10.0 : 9.0;  // what finds blocks at the time
                              return pool * weight(t) / (weight(t) + 9.0);
                            });
    const double by_share = mean_over(kTurn, [&](double t) {
      const double part = estimated_part(t, kTurn, kPools);
      return weight(t) / part * (part + 9.0) / (weight(t) + 9.0);
    });
    // Nobody has a past in the first of 75 cycles, and a short one in the next.
    const double young = 2.0 * (by_share - 1.0) / 75.0;
    check_pay("eta-t:0.5:fee=0:tau_h=24", by_block, young);
    check_pay("eta-pps:0.5:fee=0:tau_h=24", by_share, young);
    check_pay("pplns:8:fee=0", 1.0, 0.0);
  }
}

TEST_CASE("of two miners who rotate, each pool has one at a time") {
  FleetConfig fleet;
  fleet.groups[0].count = 2;
  fleet.groups[0].identities = 3;
  fleet.groups[0].behaviour = Behaviour::kSpread;
  fleet.groups[0].rotate_hours = 5.0;
  Spreaders spreaders(fleet, draw_population(fleet, {1, 0, 0}));
  for (int turn = 0; turn < 4; ++turn) {
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(spreaders.part(i) == (static_cast<int>(i) / 3 == turn % 2 ? 1.0 : 0.0));
    }
    CHECK(spreaders.next() == Time::hours(5.0 * (turn + 1)));
    spreaders.step();
  }
}

TEST_CASE("hopping PROP gains 28.1 % at best, and nothing under PPLNS and PPS") {
  const double difficulty = 1000.0;
  Scenario s = share_sized_pool(difficulty, 6000);
  s.fleet.groups[0].mean_ths *= 0.99;
  s.fleet.groups.push_back(s.fleet.groups[0]);
  s.fleet.groups[1].name = "hopper";
  s.fleet.groups[1].mean_ths *= 0.01 / 0.99;
  s.fleet.groups[1].behaviour = Behaviour::kHop;
  s.pool.schemes = {parse_scheme("prop:0"), parse_scheme("pplns:2:fee=0"), parse_scheme("pps:0")};
  s.fees.constant_btc = 0.0;
  ReplicationPlan plan;
  plan.replications = 20;
  const Summary summary(replicate(s, plan).measures);
  const auto value = [&](const char* scheme) -> const Moments& {
    return summary.moments(scheme, "group_pay_per_expected_value.hopper");
  };
  // The discrete sum at D = 1000 lies .0005 below the limit .28149 (economics.md 2.3); the pool of
  // a 1 % hopper is shortened by at most as much.
  CHECK(std::abs(value("prop:0").mean() - 1.2815) < 4 * value("prop:0").standard_error() + 0.002);
  for (const char* scheme : {"pplns:2:fee=0", "pps:0"}) {
    CHECK(std::abs(value(scheme).mean() - 1.0) <= 4 * value(scheme).standard_error());
  }
}

TEST_CASE("a withholding miner is paid for shares and takes the pool's blocks away") {
  Scenario s = small_world(3, 200);
  s.fleet.groups[0].size.list_ths = {1.0, 1.0, 1.0};
  for (double& ths : s.fleet.groups[0].size.list_ths) {
    ths *= 1e12 * kHashesPerWork / 600.0 * 0.1 / 3.0 * 1e-12;
  }
  s.fleet.groups.push_back(s.fleet.groups[0]);
  s.fleet.groups[0].name = "honest";
  s.fleet.groups[1].name = "withholder";
  s.fleet.groups[1].behaviour = Behaviour::kWithhold;
  s.pool.schemes = {parse_scheme("pplns:2:fee=0")};
  World world(s, {1, 0, 0});
  world.advance(s.run.horizon());
  world.close();
  // Each half of the pool would find blocks at the same rate.
  const double found = static_cast<double>(world.totals().pool_blocks);
  const double withheld = static_cast<double>(world.totals().withheld_blocks);
  CHECK(std::abs(found - withheld) < 4 * std::sqrt(found + withheld));
  CHECK(found > 2000);
  // Paid by shares alike, out of half the blocks.
  const Book& book = world.pool().accounts()[0].book;
  const auto honest = static_cast<double>(book.earned()[0].value());
  const auto withholder = static_cast<double>(book.earned()[3].value());
  CHECK(withholder == doctest::Approx(honest).epsilon(0.01));
}
