#include "sim/attack/connections.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/moments.hpp"

using namespace aicmp;

namespace {

/// Erlang's B: the part of arrivals that meet `slots` full ones at this offered load.
double erlang_b(int slots, double load) {
  double blocked = 1.0;
  for (int k = 1; k <= slots; ++k) blocked = load * blocked / (k + load * blocked);
  return blocked;
}

constexpr double kHours = 200.0;

ConnectionTally run(const ConnectionFloodConfig& attack, const ConnectionConfig& config,
                    std::size_t miners, std::uint32_t world) {
  Connections connections(attack, config, miners, {1, world, 0});
  connections.advance(Time::hours(kHours));
  return connections.tally();
}

void check_refused(const ConnectionFloodConfig& attack, const ConnectionConfig& config,
                   double expected) {
  Moments refused;
  for (std::uint32_t world = 0; world < 20; ++world) {
    const ConnectionTally tally = run(attack, config, 0, world);
    refused.add(static_cast<double>(tally.attacks_refused) / static_cast<double>(tally.attacks));
  }
  CHECK(std::abs(refused.mean() - expected) <= 4.0 * refused.standard_error() + 1e-4);
}

ConnectionFloodConfig slow_loris() {
  ConnectionFloodConfig attack;
  attack.per_s = 0.5;
  attack.hold_s = 80.0;
  attack.hours = kHours;
  return attack;
}

}  // namespace

TEST_CASE(
    "front ends refuse what Erlang's B says, apart or together, and a timeout cuts the load") {
  const ConnectionFloodConfig attack = slow_loris();  // 40 erlangs
  ConnectionConfig config;
  config.front_ends = 4;
  config.slots = 10;
  check_refused(attack, config, erlang_b(10, 10.0));
  config.balance = Balance::kLeast;
  check_refused(attack, config, erlang_b(40, 40.0));
  config.handshake_timeout_s = 20.0;
  config.balance = Balance::kRandom;
  check_refused(attack, config, erlang_b(10, 2.5));
}

TEST_CASE("a limit for each address is a loss system of its own") {
  ConnectionFloodConfig attack = slow_loris();
  attack.addresses = 10;  // 4 erlangs each
  ConnectionConfig config;
  config.per_address = 3;
  check_refused(attack, config, erlang_b(3, 4.0));
}

TEST_CASE("a timeout cuts off the slow handshakes of miners too") {
  ConnectionConfig config;
  config.drops_per_day = 240.0;
  config.handshake_s = 2.0;
  config.handshake_timeout_s = 3.0;
  const ConnectionTally tally = run({}, config, 50, 0);
  const auto attempts = static_cast<double>(tally.attempts);
  const double cut = std::exp(-1.5);
  CHECK(attempts > 50'000.0);
  CHECK(std::abs(static_cast<double>(tally.timed_out) - cut * attempts) <=
        4.0 * std::sqrt(attempts * cut * (1.0 - cut)) + 50.0);
  CHECK(tally.refused == 0);
  CHECK(tally.first_full == Time::forever());
}

TEST_CASE("without an attack and without drops everybody stays connected") {
  const Connections calm({}, {}, 5, {1, 0, 0});
  CHECK_FALSE(calm.exist());
  CHECK(calm.part(4) == 1.0);
}

TEST_CASE("a miner is connected for what an alternating renewal process says, however one looks") {
  ConnectionConfig config;
  config.drops_per_day = 24.0;
  config.retry_s = 300.0;
  config.handshake_s = 60.0;
  constexpr std::size_t kMiners = 200;
  Connections coarse({}, config, kMiners, {1, 0, 0});
  Connections fine({}, config, kMiners, {1, 0, 0});
  double sum = 0.0;
  for (int hour = 1; hour <= 1000; ++hour) {
    coarse.advance(Time::hours(hour));
    std::vector<double> parts(kMiners, 0.0);
    for (int step = 1; step <= 10; ++step) {
      fine.advance(Time::hours(hour - 1 + 0.1 * step));
      for (std::size_t i = 0; i < kMiners; ++i) parts[i] += 0.1 * fine.part(i);
    }
    for (std::size_t i = 0; i < kMiners; ++i) {
      CHECK(parts[i] == doctest::Approx(coarse.part(i)).epsilon(1e-9));
      sum += coarse.part(i);
    }
  }
  // Up for 3600 s, exponential, and down for 300 + 60 s: the variance of the part over n cycles is
  // (up down)^2 (1 + cv^2) / n. Everybody begins connected.
  const double up = 3600.0 / 3960.0;
  const double cycles = 1000.0 * kMiners * up;
  const double down_cv2 = (300.0 * 300.0 + 60.0 * 60.0) / (360.0 * 360.0);
  CHECK(std::abs(sum / (1000.0 * kMiners) - up) <=
        4.0 * up * (1.0 - up) * std::sqrt((1.0 + down_cv2) / cycles) + 1e-4);
}
