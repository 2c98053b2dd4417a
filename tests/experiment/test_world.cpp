#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/experiment/replicate.hpp"
#include "sim/experiment/summary.hpp"
#include "sim/experiment/world.hpp"
#include "tests/experiment/measured.hpp"
#include "tests/experiment/small_world.hpp"

using namespace aicmp;

namespace {

class CountingObserver final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock&) override {
    CHECK(world.now() >= last_);
    last_ = world.now();
    ++blocks_;
  }
  void on_pool_block(const World&, const PoolBlock& block, BlockFate) override {
    finders_.push_back(block.finder);
  }
  std::int64_t blocks_ = 0;
  std::vector<std::uint32_t> finders_;

 private:
  Time last_;
};

}  // namespace

TEST_CASE("the same key gives the same bytes, with and without an observer") {
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    Scenario scenario = small_world(30, 5);
    scenario.run.fidelity = fidelity;
    const auto first = run(scenario);
    CountingObserver observer;
    check_equal(first, run(scenario));
    check_equal(first, run(scenario, &observer));
    CHECK(observer.blocks_ > 500);
  }
}

TEST_CASE("stretches of any length give the same world") {
  const Scenario scenario = small_world(30, 5);
  World world(scenario, {1, 0, 0});
  for (int k = 1; k <= 977; ++k) {
    world.advance(Time::nanoseconds(scenario.run.horizon().ns() / 977 * k));
  }
  world.advance(scenario.run.horizon());
  world.close();
  check_equal(run(scenario), measure(world));
}

TEST_CASE("replications do not depend on the number of threads") {
  Scenario scenario = small_world(30, 2);
  ReplicationPlan plan;
  plan.replications = 7;
  const auto one = replicate(scenario, plan);
  for (const int threads : {2, 3, 16}) {
    plan.threads = threads;
    const auto many = replicate(scenario, plan);
    REQUIRE(many.measures.size() == one.measures.size());
    for (std::size_t i = 0; i < one.measures.size(); ++i) {
      check_equal(one.measures[i], many.measures[i]);
    }
  }
}

TEST_CASE("an interrupt before the first world starts leaves a summary of no time at all") {
  const Scenario s = small_world(3, 5);
  const std::atomic<bool> interrupt = true;
  ReplicationPlan plan;
  plan.replications = 4;
  plan.interrupt = &interrupt;
  const ReplicationResults none = replicate(s, plan);
  CHECK(none.interrupted);
  REQUIRE(none.measures.size() == 1);
  const Summary summary(none.measures);
  CHECK(summary.moments("", "days").mean() == 0.0);
  CHECK_FALSE(summary_text("s", "", summary).empty());
  CHECK_FALSE(summary_json("s", summary).empty());
}

TEST_CASE("a scheme's results do not depend on which others run beside it") {
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    Scenario all = small_world(30, 5);
    all.run.fidelity = fidelity;
    const auto together = run(all);
    for (const SchemeConfig& scheme : all.pool.schemes) {
      Scenario alone = all;
      alone.pool.schemes = {scheme};
      CHECK(of_scheme(run(alone), scheme.name) == of_scheme(together, scheme.name));
    }
  }
}

TEST_CASE("another miner changes neither the pace of blocks nor prices and fees") {
  Scenario scenario = small_world(30, 20);
  scenario.price.model = PriceModel::kGbm;
  scenario.fees.model = FeeModel::kStatistical;
  const auto before = of_scheme(run(scenario), "");
  // A miner of one hash a second: a new entity everywhere, and no luck moves.
  GroupConfig group = scenario.fleet.groups.front();
  group.name = "tiny";
  group.count = 1;
  group.size.list_ths = {1e-9};
  scenario.fleet.groups.push_back(group);
  const auto after = of_scheme(run(scenario), "");
  for (const char* name : {"network_blocks", "pool_blocks", "price_usd", "mean_block_fees_btc"}) {
    CHECK(before.at(name) == after.at(name));
  }
}

TEST_CASE("satoshis are conserved under every scheme, with orphans and payouts") {
  Scenario scenario = small_world(50, 60);
  scenario.network.propagation_delay_s = 30.0;
  scenario.network.pools = {{"rival", 0.5}};
  World world(scenario, {7, 0, 0});
  world.advance(scenario.run.horizon());
  world.close();
  CHECK(world.totals().pool_stale_blocks > 5);
  for (const Account& account : world.pool().accounts()) {
    const Book& book = account.book;
    const auto sum = [](std::span<const Satoshi> amounts) {
      return std::accumulate(amounts.begin(), amounts.end(), Satoshi(0));
    };
    CHECK(sum(book.earned()) == book.credited());
    CHECK(sum(book.paid_by_miner()) == book.paid());
    CHECK(book.credited() == book.paid() + book.unpaid());
    CHECK(book.income() + book.initial_reserve() ==
          book.credited() + book.reserve() + book.transaction_costs());
    CHECK(book.income().value() ==
          world.totals().pool_blocks *
              (scenario.network.chain.start_height >= 840000 ? 312'500'000 + 5'000'000 : 0));
  }
}

TEST_CASE("shares arrive at the rate of the hash rate and go stale by latency") {
  // 2 s of latency: the exact stale fraction is 1 - exp(-2/600) of the time of a Poisson chain.
  const double latency_s = 2.0;
  Scenario scenario = small_world(30, 100);
  const auto m = of_scheme(run(scenario), "");
  const double found = m.at("pool_shares_accepted") + m.at("pool_shares_stale");
  const double expected = 30 * 6.0 * 1440 * 100;
  CHECK(std::abs(found - expected) < 4 * std::sqrt(expected));
  // Stale time is a sum over 14,400 blocks of min(L, Exp(600)), of variance L^3/1800 each at most.
  const double stale = m.at("pool_stale_share_fraction");
  const double p = 1.0 - std::exp(-latency_s / 600.0);
  const double blocks = 100 * 144;
  const double sd = std::sqrt(p / found + p * p * (1.0 / blocks));
  CHECK(std::abs(stale - p) < 4 * sd);
}

TEST_CASE("miners who ask for a share difficulty get it, others go by the pool's rule") {
  Scenario s = small_world(2, 1);
  s.pool.difficulty_rule = ShareDifficultyRule::kFixed;
  s.pool.share_difficulty = 3e6;
  GroupConfig asks = s.fleet.groups.front();
  asks.name = "asks";
  asks.share_difficulty = 12e6;
  s.fleet.groups.push_back(asks);
  const auto world = std::make_unique<World>(s, WorldKey{1, 0, 0});
  world->advance(s.run.horizon());
  world->close();
  const auto& pool = world->pool();
  for (std::size_t i = 0; i < pool.miners(); ++i) {
    // A finder's share counts by the same difficulty.
    const auto shares = static_cast<double>(pool.share_counts().accepted[i]);
    CHECK(pool.work()[i] / shares == doctest::Approx(world->miners().group[i] == 1 ? 12e6 : 3e6));
  }
}

TEST_CASE("stale shares within the grace are accepted") {
  // Stale are those that come between the grace and the latency after a new block.
  constexpr double kLatency = 20.0;
  constexpr double kGrace = 5.0;
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    Scenario s = small_world(3, 40);
    s.run.fidelity = fidelity;
    s.pool.target_shares_per_min = 20.0;
    s.pool.stale_grace_s = kGrace;
    s.fleet.groups[0].latency_ms = 1e3 * kLatency;
    const auto world = std::make_unique<World>(s, WorldKey{1, 0, 0});
    world->advance(s.run.horizon());
    const ShareCounts& counts = world->pool().share_counts();
    const auto sum = [](const std::vector<std::int64_t>& n) {
      return static_cast<double>(std::accumulate(n.begin(), n.end(), std::int64_t{0}));
    };
    const double stale = sum(counts.stale) / (sum(counts.stale) + sum(counts.accepted));
    const double expected = std::exp(-kGrace / 600.0) - std::exp(-kLatency / 600.0);
    // As random as the number of blocks, 5,760 on average, to four standard errors.
    CHECK(stale == doctest::Approx(expected).epsilon(4.0 / std::sqrt(5760.0)));
  }
}

TEST_CASE("a flow of shares too fast to count is refused, and what can be counted is right") {
  Scenario s = small_world(3, 5);
  s.pool.difficulty_rule = ShareDifficultyRule::kFixed;
  s.pool.share_difficulty = 1.0;
  CHECK_THROWS_WITH_AS(World(s, WorldKey{1, 0, 0}), doctest::Contains("pool.share_difficulty"),
                       ConfigError);
  s.fleet.groups[0].share_difficulty = 0.5;
  CHECK_THROWS_WITH_AS(World(s, WorldKey{1, 0, 0}),
                       doctest::Contains("fleet.groups[0].share_difficulty"), ConfigError);
  // Near the limit, where a day of shares is beyond 32 bits.
  s.fleet.groups[0].share_difficulty = 5e2;
  const auto world = std::make_unique<World>(s, WorldKey{1, 0, 0});
  world->advance(s.run.horizon());
  world->close();
  const double hashes = world->pool().total_hashes_per_s() * s.run.horizon().in_seconds();
  const double work =
      std::accumulate(world->pool().work().begin(), world->pool().work().end(), 0.0);
  const double stale_part = 2.0 / 600.0;
  CHECK(work * kHashesPerWork / hashes == doctest::Approx(1.0 - stale_part).epsilon(5e-3));
}

TEST_CASE("both fidelities are one model: counts, stale counts, pay and luck agree") {
  constexpr std::int64_t kRuns = 200;
  Scenario scenario = small_world(6, 1);
  scenario.pool.target_shares_per_min = 1.0;
  ReplicationPlan plan;
  plan.replications = kRuns;
  std::map<Fidelity, Summary> by;
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    Scenario s = scenario;
    s.run.fidelity = fidelity;
    // Block luck is common by design; other seeds make the two samples independent.
    if (fidelity == Fidelity::kShare) s.run.seed = 2;
    by.emplace(fidelity, Summary(replicate(s, plan).measures));
  }
  const auto compare = [&](const std::string& scheme, const std::string& name) {
    const auto flow = by.at(Fidelity::kFlow).values(scheme, name);
    const auto share = by.at(Fidelity::kShare).values(scheme, name);
    INFO(scheme, ".", name);
    // 12 tests of level 1e-4 each: a false alarm in one of 800 code changes that move the draws.
    CHECK(ks_test(flow, share).p_value > 1e-4);
  };
  compare("", "pool_shares_accepted");
  compare("", "pool_shares_stale");
  compare("", "pool_luck");
  for (const SchemeConfig& scheme : scenario.pool.schemes) {
    compare(scheme.name, "credited_btc");
  }
  for (const char* name : {"payout_gini", "luck_adjusted_fee_decile_1"}) {
    compare("pplns:2:fee=0.01", name);
    compare("eta:0.7:fee=0.01", name);
  }
}

TEST_CASE("the same seed gives both fidelities the same block luck") {
  Scenario scenario = small_world(6, 10);
  std::vector<std::vector<std::uint32_t>> finders;
  for (const Fidelity fidelity : {Fidelity::kFlow, Fidelity::kShare}) {
    scenario.run.fidelity = fidelity;
    CountingObserver observer;
    run(scenario, &observer);
    finders.push_back(observer.finders_);
  }
  CHECK(finders[0] == finders[1]);
  CHECK(finders[0].size() > 80);
}

TEST_CASE("mean pay is what each scheme promises") {
  Scenario scenario = small_world(12, 30);
  ReplicationPlan plan;
  plan.replications = 60;
  const Summary summary(replicate(scenario, plan).measures);
  const double fees = 0.05 / 3.175;
  const std::map<std::string, double> promised = {{"pplns:2:fee=0.01", 0.99},
                                                  {"eta:0.7:fee=0.01", 0.99},
                                                  {"prop:0.01", 0.99},
                                                  {"pps:0.03", 0.97 * (1 - fees)},
                                                  {"fpps:0.03", 0.97}};
  for (const auto& [scheme, mean] : promised) {
    CAPTURE(scheme);
    const Moments& paid = summary.moments(scheme, "pay_per_expected_value");
    // FPPS credits the fees of the last, unfinished day after the end: at most one day of 30.
    const double open = scheme == "fpps:0.03" ? fees / 30 : 1e-9;
    CHECK(std::abs(paid.mean() - mean) < 4 * paid.standard_error() + open);
  }
}

TEST_CASE("a halving and a retarget reach the pool at once") {
  Scenario scenario = small_world(3, 12);
  scenario.network.chain.retarget = RetargetRule::kBitcoin;
  scenario.network.chain.start_height = 1'049'000;
  scenario.pool.schemes = {parse_scheme("pps:0")};
  World world(scenario, {1, 0, 0});
  while (world.chain().next_height() < 1'050'000) world.advance(world.now() + Time::seconds(600));
  CHECK(world.chain().next_subsidy() == Satoshi(156'250'000));
  const double before = static_cast<double>(world.pool().accounts()[0].book.credited().value());
  const double work_before = world.pool().expected_blocks();
  world.advance(scenario.run.horizon());
  world.close();
  const double credited = static_cast<double>(world.pool().accounts()[0].book.credited().value());
  const double blocks = world.pool().expected_blocks() - work_before;
  // Up to the last flush before the halving, pay is by the old subsidy: a block or so of slack.
  CHECK(std::abs((credited - before) / blocks / 156'250'000.0 - 1.0) < 2.0 / blocks);
}

TEST_CASE("alone, pay varies by the number of blocks that a miner's size finds") {
  Scenario s = small_world(10, 6000);
  const double mean_ths = s.fleet.groups[0].size.list_ths[1];
  s.fleet.groups[0].size.list_ths = {0.2 * mean_ths, 1.8 * mean_ths};
  s.pool.schemes = {parse_scheme("solo")};
  s.run.variation_days = 100.0;
  ReplicationPlan plan;
  plan.replications = 1;
  const Summary summary(replicate(s, plan).measures);
  const auto cv = [&](const char* name) { return summary.moments("solo", name).mean(); };
  // 14.4 blocks a day are the pool's; 60 periods tell each deviation to 9 %.
  const auto fits = [&](const char* name, double part) {
    CHECK(std::abs(cv(name) * std::sqrt(1440 * part) - 1) < 4 * 0.09);
  };
  fits("payout_cv_decile_1", 0.02);
  fits("payout_cv_decile_10", 0.18);
}
