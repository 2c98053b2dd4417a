#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/vardiff/rules.hpp"

using namespace aicmp;

namespace {

VardiffConfig config_of(VardiffKind kind, double shares_per_min = 0.0) {
  VardiffConfig config;
  config.kind = kind;
  config.shares_per_min = shares_per_min;
  return config;
}

/// A connection and its clock.
struct Connection {
  explicit Connection(const VardiffConfig& config, double difficulty)
      : rule(make_vardiff_rule(config)), state(rule->start(difficulty, 0.0)) {}

  std::optional<DifficultyChange> share(double time_s) {
    return rule->on_share(state, time_s, state.difficulty);
  }
  /// Shares every `gap_s` until one brings a change, at most `count` of them.
  std::optional<DifficultyChange> shares(int count, double gap_s) {
    for (int i = 0; i < count; ++i) {
      now_s += gap_s;
      if (auto change = share(now_s)) return change;
    }
    return {};
  }
  std::optional<DifficultyChange> poll(double time_s) { return rule->on_poll(state, time_s); }

  std::unique_ptr<const VardiffRule> rule;
  VardiffState state;
  double now_s = 0.0;
};

/// The new difficulty over the old one when `count` shares came in `elapsed_s`; 1: no change.
double sv2_factor(std::int64_t count, double elapsed_s) {
  Connection c(config_of(VardiffKind::kSv2Classic, 6.0), 1e6);
  c.rule->on_shares(c.state, count, 0.0, elapsed_s, 1e6);
  c.poll(elapsed_s);
  return c.state.difficulty / 1e6;
}

double poisson_mass(std::int64_t count, double mean) {
  const double n = static_cast<double>(count);
  return std::exp(n * std::log(mean) - mean - std::lgamma(n + 1.0));
}

}  // namespace

TEST_CASE("sv2-classic: the ladder's rungs, its cuts and its zero") {
  CHECK(sv2_factor(2, 60.0) == doctest::Approx(2.0 / 6.0));
  CHECK(sv2_factor(3, 60.0) == 1.0);
  CHECK(sv2_factor(9, 60.0) == 1.0);
  CHECK(sv2_factor(10, 60.0) == doctest::Approx(10.0 / 6.0));
  CHECK(sv2_factor(6, 120.0) == doctest::Approx(0.5));
  CHECK(sv2_factor(7, 120.0) == 1.0);
  CHECK(sv2_factor(26, 300.0) == 1.0);
  CHECK(sv2_factor(25, 300.0) == doctest::Approx(25.0 / 30.0));
  CHECK(sv2_factor(0, 60.0) == doctest::Approx(1.0 / 3.0));
  CHECK(sv2_factor(0, 59.0) == doctest::Approx(1.0 / 2.0));
  CHECK(sv2_factor(0, 30.0) == doctest::Approx(1.0 / 1.5));
  CHECK(sv2_factor(0, 15.0) == 1.0);
  CHECK(sv2_factor(66, 60.0) == doctest::Approx(11.0));
  CHECK(sv2_factor(67, 60.0) == doctest::Approx(3.0));
  CHECK(sv2_factor(100, 59.0) == doctest::Approx(5.0));
  CHECK(sv2_factor(100, 30.0) == doctest::Approx(10.0));
}

TEST_CASE("sv2-classic: a right difficulty is changed with the probability of Poisson tails") {
  const std::vector<std::pair<double, double>> published = {
      {60.0, 0.1459}, {120.0, 0.1088}, {180.0, 0.0436}, {240.0, 0.1240}, {300.0, 0.4110}};
  for (const auto& [elapsed_s, expected] : published) {
    double fires = 0.0;
    for (std::int64_t n = 0; n < 200; ++n) {
      if (sv2_factor(n, elapsed_s) != 1.0) fires += poisson_mass(n, 0.1 * elapsed_s);
    }
    CHECK(std::abs(fires - expected) < 5e-5);
  }
}

TEST_CASE("ckpool: the first change comes with the 72nd share, by its own average") {
  constexpr double kGap = 0.5;
  constexpr double kStart = 1000.0;
  Connection c(config_of(VardiffKind::kCkpool), kStart);
  CHECK_FALSE(c.shares(71, kGap));
  const auto change = c.shares(1, kGap);
  REQUIRE(change);
  const double fresh = 1.0 - std::exp(-kGap / 300.0);
  const double average = kStart / kGap * (1.0 - std::pow(1.0 + fresh, -71.0));
  const double known = 1.0 - std::exp(-71.0 * kGap / 300.0);
  CHECK(change->difficulty == std::round(average / known / 0.3));
  CHECK_FALSE(change->clean_job);
}

TEST_CASE("ckpool: nothing inside the band from 1/2 to 4/3, a change outside") {
  for (const auto& [pace, changes] : {std::pair(0.52, false), std::pair(1.3, false),
                                      std::pair(0.45, true), std::pair(1.4, true)}) {
    Connection c(config_of(VardiffKind::kCkpool), 1e6);
    CHECK(c.shares(2000, 1.0 / 0.3 / pace).has_value() == changes);
  }
}

TEST_CASE("ckpool: shares of the old difficulty put the next check off") {
  Connection c(config_of(VardiffKind::kCkpool), 1e6);
  REQUIRE(c.shares(100, 0.1));
  for (int i = 0; i < 500; ++i) CHECK_FALSE(c.rule->on_share(c.state, c.now_s += 0.1, 1e6));
}

TEST_CASE("datum: quick raise with a clean job, halving, doubling, idle halving") {
  Connection quick(config_of(VardiffKind::kDatum), 16384.0);
  CHECK_FALSE(quick.shares(9, 0.1));
  const auto raise = quick.share(1.0);
  REQUIRE(raise);
  CHECK(raise->difficulty == 1048576.0);  // power of two below 75 * 16384
  CHECK(raise->clean_job);

  Connection slow(config_of(VardiffKind::kDatum), 32768.0);
  CHECK_FALSE(slow.shares(2, 10.0));
  const auto half = slow.poll(40.0);
  REQUIRE(half);
  CHECK(half->difficulty == 16384.0);
  CHECK_FALSE(half->clean_job);

  Connection fast(config_of(VardiffKind::kDatum), 32768.0);
  CHECK_FALSE(fast.shares(15, 2.5));
  const auto twice = fast.shares(1, 2.5);
  REQUIRE(twice);
  CHECK(twice->difficulty == 65536.0);

  // Before the job that carries a change nothing more is decided.
  Connection waits(config_of(VardiffKind::kDatum), 32768.0);
  REQUIRE(waits.shares(8, 20.0));
  CHECK_FALSE(waits.shares(20, 20.0));
  CHECK_FALSE(waits.poll(600.0));
  CHECK(waits.poll(640.0)->difficulty == 8192.0);

  Connection idle(config_of(VardiffKind::kDatum), 32768.0);
  CHECK_FALSE(idle.poll(40.0));
  CHECK(idle.poll(80.0)->difficulty == 16384.0);
}

TEST_CASE("public-pool: powers of two below, a sixth when shares are few, old shares are kept") {
  Connection few(config_of(VardiffKind::kPublicPool), 16384.0);
  few.shares(4, 10.0);
  CHECK(few.poll(60.0)->difficulty == 2048.0);

  Connection fast(config_of(VardiffKind::kPublicPool), 16384.0);
  fast.shares(60, 1.0);
  const auto raise = fast.poll(60.0);
  REQUIRE(raise);
  CHECK(raise->difficulty == 131072.0);  // below 31/30 * 10 * 16384
  CHECK(raise->clean_job);

  Connection near(config_of(VardiffKind::kPublicPool), 16384.0);
  near.shares(10, 6.0);
  CHECK_FALSE(near.poll(60.0));
}

TEST_CASE("nomp: the mean interval, first half a period after the first share") {
  Connection c(config_of(VardiffKind::kNomp), 100.0);
  CHECK_FALSE(c.share(0.0));
  CHECK_FALSE(c.shares(8, 5.0));
  const auto change = c.shares(1, 5.0);
  REQUIRE(change);
  CHECK(c.now_s == 45.0);
  CHECK(change->difficulty == doctest::Approx(300.0));
  Connection inside(config_of(VardiffKind::kNomp), 100.0);
  CHECK_FALSE(inside.shares(500, 19.0));
  CHECK(Connection(config_of(VardiffKind::kNomp), 100.0).shares(500, 20.0));
}

TEST_CASE("miningcore: ten intervals and the present one, and a sweep over silent connections") {
  Connection c(config_of(VardiffKind::kMiningcore), 100.0);
  CHECK_FALSE(c.share(0.0));
  CHECK_FALSE(c.shares(17, 5.0));
  CHECK(c.shares(1, 5.0)->difficulty == doctest::Approx(300.0));

  Connection silent(config_of(VardiffKind::kMiningcore), 100.0);
  silent.share(0.0);
  CHECK_FALSE(silent.poll(30.0));
  CHECK_FALSE(silent.poll(60.0));
  CHECK(silent.poll(90.0)->difficulty == doctest::Approx(100.0 * 15.0 / 90.0));

  // After an idle update the first share is one more interval, and 90 s later counts.
  Connection late(config_of(VardiffKind::kMiningcore), 100.0);
  REQUIRE(late.poll(90.0));
  CHECK_FALSE(late.share(179.0));
  CHECK(late.share(181.0)->difficulty == doctest::Approx(100.0 / 6.0 * 15.0 / (91.0 / 2.0)));
}

TEST_CASE("optimum: the least cost of 200 TH/s, and the difficulty that has it") {
  const ShareCost cost;
  CHECK(cost.best_rate(200e12) == doctest::Approx(0.5819).epsilon(2e-4));
  CHECK(cost.best_difficulty(200e12) == doctest::Approx(8.0e4).epsilon(5e-3));
  CHECK(1e6 * cost.part_of_income(cost.best_rate(200e12), 200e12) ==
        doctest::Approx(10.055).epsilon(1e-4));
  CHECK(1e6 * cost.part_of_income(0.3, 200e12) == doctest::Approx(12.343).epsilon(1e-4));

  Connection c(config_of(VardiffKind::kOptimum), 1e4);
  const auto change = c.shares(24, 0.1);
  REQUIRE(change);
  const double work_per_s = 1e4 * 23.0 / 2.4;
  CHECK(change->difficulty == doctest::Approx(cost.best_difficulty(work_per_s * kHashesPerWork)));
}

TEST_CASE("optimum: silence brings the difficulty down") {
  Connection c(config_of(VardiffKind::kOptimum), 1e9);
  double time_s = 0.0;
  for (int i = 0; i < 600 && c.state.difficulty > 1e5; ++i) c.poll(time_s += 60.0);
  CHECK(c.state.difficulty <= 1e5);
}

TEST_CASE("every rule: within its range, below the network, and a copied state goes on alike") {
  for (const VardiffEntry& entry : vardiff_entries()) {
    INFO(entry.name);
    VardiffConfig config = config_of(entry.kind);
    config.range = {100.0, 5e4};
    Connection c(config, 1e9);
    CHECK(c.state.difficulty == 5e4);
    c.state.ceiling = 2e4;
    VardiffState copy = c.state;
    const VardiffRule& rule = *c.rule;
    double time_s = 0.0;
    for (int i = 0; i < 3000; ++i) {
      time_s += i < 1500 ? 0.02 : 90.0;
      for (VardiffState* state : {&c.state, &copy}) {
        std::optional<DifficultyChange> change = rule.on_share(*state, time_s, state->difficulty);
        if (!change && i % 10 == 0) change = rule.on_poll(*state, time_s);
        if (!change) continue;
        CHECK(change->difficulty == state->difficulty);
        CHECK(change->difficulty >= 100.0);
        CHECK(change->difficulty <= 2e4);
      }
      CHECK(copy.difficulty == c.state.difficulty);
    }
  }
}

TEST_CASE("shares told as a count come evenly, and stop at a change") {
  Connection one_by_one(config_of(VardiffKind::kCkpool), 1000.0);
  Connection counted(config_of(VardiffKind::kCkpool), 1000.0);
  std::optional<DifficultyChange> change;
  for (int i = 0; i < 200 && !change; ++i) change = one_by_one.share(0.25 + 0.5 * i);
  const auto at_once = counted.rule->on_shares(counted.state, 200, 0.0, 100.0, 1000.0);
  REQUIRE(at_once);
  CHECK(at_once->difficulty == change->difficulty);
}

TEST_CASE("rules by name, and a name that is none") {
  CHECK(vardiff_kind("sv2-classic") == VardiffKind::kSv2Classic);
  for (const VardiffEntry& entry : vardiff_entries()) CHECK(vardiff_kind(entry.name) == entry.kind);
  CHECK_THROWS_WITH_AS(vardiff_kind("ckpol"), doctest::Contains("ckpool, datum"), ConfigError);
  VardiffConfig config;
  config.range = {10.0, 1.0};
  CHECK_THROWS_AS(check(config, "pool.vardiff"), ConfigError);
}
