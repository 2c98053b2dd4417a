#include <cmath>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/moments.hpp"
#include "sim/pool/front_end/token_bucket.hpp"
#include "sim/pool/monitor/traffic_watch.hpp"
#include "sim/pool/share_source.hpp"
#include "tests/pool/drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

constexpr double kNetworkDifficulty = 1e12;
constexpr std::size_t kMiners = 10;  // of 1 share/s each

FrontEndConfig flooded(double messages_per_s) {
  FrontEndConfig config;
  config.enabled = true;
  config.job_refresh_s = 1000.0;
  config.flood.messages_per_s = messages_per_s;
  config.flood.hours = 1000.0;
  return config;
}

std::unique_ptr<ShareSource> run(const FrontEndConfig& config, std::uint32_t world,
                                 double seconds) {
  auto source = make_front_end_source(kMiners, config, {}, {1, world, 0});
  ShareRates rates;
  rates.work_per_s.assign(kMiners, 100.0);
  rates.latency_s.assign(kMiners, 0.0);
  rates.difficulty = std::make_shared<const std::vector<double>>(kMiners, 100.0);
  rates.shares_per_s.assign(kMiners, 1.0);
  rates.network_difficulty = kNetworkDifficulty;
  source->set_rates(Time(), rates);
  const Time end = Time::seconds(seconds);
  while (source->take(end).end < end) {
  }
  return source;
}

}  // namespace

TEST_CASE("a token bucket of one admits L r / (L + r), and never more than r in the long run") {
  for (const double arrivals : {0.5, 2.0, 50.0}) {
    constexpr double kRate = 2.0;
    Moments admitted;
    for (std::uint32_t world = 0; world < 40; ++world) {
      Rng rng({1, world, 0}, StreamId::kTest);
      TokenBucket bucket(kRate, 1.0);
      double passed = 0.0;
      constexpr double kSeconds = 2000.0;
      for (double t = exponential(rng) / arrivals; t < kSeconds; t += exponential(rng) / arrivals) {
        if (bucket.take(Time::seconds(t))) ++passed;
      }
      CHECK(passed <= kRate * kSeconds + 1.0);
      admitted.add((passed - 1.0) / kSeconds);
    }
    CHECK(std::abs(admitted.mean() - arrivals * kRate / (arrivals + kRate)) <=
          4.0 * admitted.standard_error() + 1.0 / 2000.0);
  }
  TokenBucket burst(1.0, 5.0);
  int passed = 0;
  for (int i = 0; i < 10; ++i) passed += burst.take(Time::seconds(100.0)) ? 1 : 0;
  CHECK(passed == 5);
}

TEST_CASE("honest shares wait and are lost as the queue of flood and miners together has it") {
  Moments wait;
  Moments lost;
  for (std::uint32_t world = 0; world < 30; ++world) {
    FrontEndConfig config = flooded(30.0);
    config.servers = 1;
    config.service = ServiceTime::kFixed;
    config.validation_us = 20'000.0;  // M/D/1, 80 % busy
    const QueueMeasures queue = run(config, world, 2000.0)->queue();
    wait.add(queue.waited_s / static_cast<double>(queue.begun));

    config.service = ServiceTime::kExponential;
    config.validation_us = 50'000.0;  // M/M/1/10 at twice what it can do
    config.queue_limit = 9;
    const auto full = run(config, world, 2000.0);
    lost.add(total(full->counts().lost) / total(full->sent()));
    const FloodTally tally = full->flood();
    CHECK(total(full->sent()) == total(full->counts().accepted) + total(full->counts().lost) +
                                     static_cast<double>(full->on_the_way()));
    CHECK(tally.present() >= 0);
    CHECK(tally.present() <= 10);
  }
  check_mean(wait, 0.8 * 0.02 / (2.0 * (1.0 - 0.8)));
  check_mean(lost, (1.0 - 2.0) * std::pow(2.0, 10) / (1.0 - std::pow(2.0, 11)));
}

TEST_CASE("duplicates that are refused at sight cost the validators little") {
  FrontEndConfig config = flooded(30.0);
  config.flood.kind = FloodKind::kDuplicate;
  config.servers = 1;
  config.service = ServiceTime::kFixed;
  config.validation_us = 20'000.0;
  config.refusal_part = 0.25;
  Moments wait;
  for (std::uint32_t world = 0; world < 30; ++world) {
    const QueueMeasures queue = run(config, world, 2000.0)->queue();
    wait.add(queue.waited_s / static_cast<double>(queue.begun));
  }
  // M/G/1 (Pollaczek-Khinchine): L E[S^2] / (2 (1 - L E[S])).
  const double second = 10.0 * 0.02 * 0.02 + 30.0 * 0.005 * 0.005;
  check_mean(wait, second / (2.0 * (1.0 - 10.0 * 0.02 - 30.0 * 0.005)));
}

TEST_CASE("banned addresses are heard between bans only, and miners are not banned with them") {
  FrontEndConfig config = flooded(100.0);
  config.flood.addresses = 20;
  config.ban = {50, 0.5, 300.0};
  Moments judged;
  for (std::uint32_t world = 0; world < 20; ++world) {
    const auto source = run(config, world, 31'000.0);
    judged.add(static_cast<double>(source->flood().judged) / 31'000.0);
    CHECK(source->miners_banned() == 0);
    CHECK(total(source->counts().lost) == 0.0);
  }
  // 20 addresses, each 50 messages in 50 / 5 s and 300 s of silence: 100 cycles of 310 s, the
  // first not yet followed by all of its silence.
  CHECK(judged.mean() == doctest::Approx(20.0 * 50.0 / 310.0).epsilon(0.005));

  config.flood.kind = FloodKind::kValid;
  const FloodTally valid = run(config, 0, 1000.0)->flood();
  CHECK(valid.bans == 0);
  CHECK(valid.judged == valid.sent);
}

TEST_CASE("a miner whose shares are bad is banned for a while and mines nothing") {
  FrontEndConfig config = flooded(0.0);
  config.duplicate_part = 1.0;
  config.ban = {100, 0.5, 50.0};
  const auto source = run(config, 0, 20'000.0);
  // 50 shares found in 50 s, sent twice, and 50 s of silence.
  CHECK(total(source->counts().accepted) == doctest::Approx(10.0 * 10'000.0).epsilon(0.02));
  CHECK(source->miners_banned() == doctest::Approx(10.0 * 200.0).epsilon(0.02));
}

TEST_CASE("a bucket stops a flood of real shares, and miners below its rate do not feel it") {
  FrontEndConfig config = flooded(1000.0);
  config.flood.kind = FloodKind::kValid;
  config.flood.addresses = 4;
  config.bucket_per_s = 10.0;
  config.bucket_burst = 50.0;
  const auto source = run(config, 0, 5000.0);
  CHECK(total(source->counts().lost) == 0.0);
  CHECK(source->flood().judged == doctest::Approx(4.0 * 10.0 * 5000.0).epsilon(0.002));
  CHECK(hash_rate_spent(config.flood) == 1000.0 * kHashesPerWork);
}

TEST_CASE("more messages than usual are noticed, and only those") {
  TrafficWatch watch(std::log(1e6), Time::hours(1.0));
  Rng rng({1, 0, 0}, StreamId::kTest);
  std::int64_t received = 0;
  for (int minute = 1; minute <= 600; ++minute) {
    const bool flood = (minute > 300 && minute <= 320) || minute > 500;
    received += poisson(rng, flood ? 250.0 : 100.0);
    watch.look(Time::seconds(60.0 * minute), received);
  }
  REQUIRE(watch.alarms().size() == 2);
  CHECK(watch.alarms()[0] == Time::seconds(60.0 * 301.0));
  CHECK(watch.alarms()[1] == Time::seconds(60.0 * 501.0));
}
