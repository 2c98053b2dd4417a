#include <cmath>

#include "sim/chain/network.hpp"
#include "sim/chain/stale_race.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

TEST_CASE("who races and who wins") {
  StaleRace race(Time::seconds(10), {.seed = 51});
  CHECK(race.decide(Time::seconds(0.0), 1, 0.5) == RaceOutcome::kMain);  // no parent to race
  CHECK(race.decide(Time::seconds(1.0), 1, 0.5) == RaceOutcome::kMain);  // knows its own block
  CHECK(race.decide(Time::seconds(2.0), 2, 0.0) == RaceOutcome::kStale);
  CHECK(race.decide(Time::seconds(3.0), 2, 1.0) == RaceOutcome::kReplaces);
  CHECK(race.tip_owner() == 2);
  CHECK(race.decide(Time::seconds(10.9), kNobody, 0.0) == RaceOutcome::kStale);
  CHECK(race.decide(Time::seconds(11.0), kNobody, 0.0) == RaceOutcome::kMain);  // all have heard
  // Infinitesimal miners never follow themselves.
  CHECK(race.decide(Time::seconds(12.0), kNobody, 0.0) == RaceOutcome::kStale);
}

TEST_CASE("a machine that has not heard of the tip finds stale blocks, even its own pool's") {
  StaleRace race(Time::seconds(1), {.seed = 54});
  const Time latency = Time::seconds(3);
  CHECK(race.decide(Time::seconds(0.0), kOurPool, 0.5, latency) == RaceOutcome::kMain);
  CHECK(race.decide(Time::seconds(2.9), kOurPool, 0.5, latency) == RaceOutcome::kStale);
  CHECK(race.decide(Time::seconds(3.0), kOurPool, 0.5, latency) == RaceOutcome::kMain);
}

TEST_CASE("without delay there are no stale blocks") {
  StaleRace race(Time(), {.seed = 52});
  for (int i = 0; i < 100; ++i) {
    REQUIRE(race.decide(Time::nanoseconds(i / 2), i % 3, 0.3) == RaceOutcome::kMain);
  }
}

TEST_CASE("validation case 8: stale share of n equal miners") {
  for (const int n : {2, 10, 100}) {
    CAPTURE(n);
    NetworkConfig config;
    config.chain.retarget = RetargetRule::kFixed;
    config.chain.start_difficulty = 1e12;
    const double hashes_per_s = 1e12 * kHashesPerWork / 600.0;
    const double share = 1.0 / n;
    config.hash_rate_ehs = hashes_per_s * (1.0 - share) * 1e-18;
    config.propagation_delay_s = 10.0;
    for (int i = 1; i < n; ++i) config.pools.push_back({std::to_string(i), 1.0 / (n - 1)});
    Network network(config, {.seed = 53});
    network.set_pool_rate(Time(), hashes_per_s * share);

    constexpr int kDiscoveries = 1'000'000;
    int stale = 0;
    int replaced = 0;
    for (int i = 0; i < kDiscoveries; ++i) {
      const NetworkBlock event = network.find_block();
      stale += event.outcome != RaceOutcome::kMain;
      replaced += event.outcome == RaceOutcome::kReplaces;
    }
    const double seen = static_cast<double>(stale) / kDiscoveries;
    const double x = 10.0 / 600.0 * (1.0 - share);
    // Exact for this model: a height stays contested for the delay or until its owner extends it.
    const double contests = (1.0 - share) / share * -std::expm1(-10.0 / 600.0 * share);
    const double exact = contests / (1.0 + contests);
    MESSAGE("n = ", n, ": stale ", seen, ", first order ", x / (1 + x), ", exact ", exact);
    CHECK(std::abs(seen - exact) < 4 * std::sqrt(exact / kDiscoveries));
    CHECK(std::abs(seen - x / (1 + x)) < 0.0005);
    const double win = static_cast<double>(replaced) / stale;
    CHECK(std::abs(win - share) < 4 * std::sqrt(share * (1 - share) / stale));
  }
}

}  // namespace
}  // namespace aicmp
