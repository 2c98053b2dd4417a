#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/moments.hpp"
#include "sim/pool/front_end/link.hpp"
#include "sim/pool/share_source.hpp"
#include "tests/pool/drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

constexpr double kFrontEndDifficulty = 1e12;

struct Floor {
  std::size_t miners = 10;
  double work_per_s = 100.0;
  double latency_s = 0.0;
  double difficulty = 100.0;
  VardiffConfig rule;
  bool controlled = false;
  FrontEndConfig front_end;

  DifficultyControl control() const {
    if (!controlled) return {};
    return {make_vardiff_rule(rule), rule.start_difficulty};
  }
  ShareRates rates() const {
    ShareRates rates;
    rates.work_per_s.assign(miners, work_per_s);
    rates.latency_s.assign(miners, latency_s);
    rates.difficulty = std::make_shared<const std::vector<double>>(miners, difficulty);
    rates.shares_per_s.assign(miners, share_rate(work_per_s, difficulty, kFrontEndDifficulty));
    rates.network_difficulty = kFrontEndDifficulty;
    return rates;
  }
  std::unique_ptr<ShareSource> make(std::uint32_t world) const {
    auto source = make_front_end_source(miners, front_end, control(), {1, world, 0});
    source->set_rates(Time(), rates());
    return source;
  }
};

/// Runs to `until_s`, with a new block every `block_s`; returns the accepted work.
double run(ShareSource& source, double until_s, double block_s) {
  double work = 0.0;
  Time last;
  for (double t = block_s; t <= until_s; t += block_s) {
    const Time until = Time::seconds(t);
    for (Time now = last; now < until;) {
      const WorkBatch batch = source.take(until);
      Time before = now;
      for (const CreditedShare& share : batch.shares) {
        CHECK_FALSE(share.time < before);
        before = share.time;
        work += share.work;
      }
      for (std::size_t i = 0; i < batch.counts.size(); ++i) {
        work += batch.counts[i] * (*batch.difficulty)[i];
      }
      now = batch.end;
    }
    last = until;
    source.new_tip(until);
  }
  return work;
}

double fates(const ShareCounts& c) {
  return total(c.accepted) + total(c.stale) + total(c.superseded) + total(c.duplicate) +
         total(c.low_difficulty) + total(c.lost);
}

double sent(const ShareSource& source) {
  return static_cast<double>(
      std::accumulate(source.sent().begin(), source.sent().end(), std::int64_t{0}));
}

/// Erlang's C: the probability of waiting in M/M/c with `load` busy servers on average.
double erlang_c(int servers, double load) {
  double blocking = 1.0;
  for (int k = 1; k <= servers; ++k) blocking = load * blocking / (k + load * blocking);
  return blocking / (1.0 - load / servers * (1.0 - blocking));
}

}  // namespace

TEST_CASE("every share sent has one fate or is on the way") {
  Floor floor;
  floor.latency_s = 2.0;
  floor.controlled = true;
  floor.front_end.latency_jitter = 0.5;
  floor.front_end.spikes_per_day = 200.0;
  floor.front_end.duplicate_part = 0.05;
  floor.front_end.servers = 1;
  floor.front_end.validation_us = 80'000.0;
  floor.front_end.queue_limit = 5;
  floor.front_end.downlink_mbit_s = 0.01;
  floor.front_end.judge_by = JudgeBy::kConnection;
  floor.rule.start_difficulty = 10.0;
  for (const VardiffEntry& entry : vardiff_entries()) {
    INFO(entry.name);
    floor.rule.kind = entry.kind;
    const auto source = floor.make(0);
    run(*source, 3600.0, 100.0);
    CHECK(sent(*source) == fates(source->counts()) + static_cast<double>(source->on_the_way()));
    CHECK(total(source->counts().accepted) > 0.0);
    CHECK(total(source->counts().stale) > 0.0);
    CHECK(total(source->counts().duplicate) > 0.0);
    CHECK(total(source->counts().lost) > 0.0);
  }
}

TEST_CASE("a share is stale if its miner had not heard of the block, or it came after one") {
  Floor floor;
  floor.latency_s = 4.0;
  const auto source = floor.make(0);
  run(*source, 2e5, 100.0);
  const double stale = total(source->counts().stale);
  const double all = stale + total(source->counts().accepted);
  CHECK(std::abs(stale / all - 0.04) <= 4.0 * std::sqrt(0.04 * 0.96 / all));
}

TEST_CASE("intake of M/M/c: Erlang's waiting time, utilisation below and above one") {
  for (const int servers : {1, 3}) {
    Floor floor;
    floor.front_end.servers = servers;
    floor.front_end.validation_us = 1e6 * 0.8 * servers / 10.0;  // 10 shares/s: 80 % busy
    Moments wait;
    for (std::uint32_t world = 0; world < 40; ++world) {
      const auto source = floor.make(world);
      run(*source, 5000.0, 5000.0);
      const QueueMeasures queue = source->queue();
      wait.add(queue.waited_s / static_cast<double>(queue.begun));
    }
    const double load = 0.8 * servers;
    const double service_s = 1e-6 * floor.front_end.validation_us;
    const double expected = erlang_c(servers, load) * service_s / (servers - load);
    CHECK(std::abs(wait.mean() - expected) <= 4.0 * wait.standard_error());
  }
  Floor full;
  full.front_end.servers = 1;
  full.front_end.validation_us = 2e5;  // 5 of 10 shares/s
  full.front_end.queue_limit = 20;
  const auto source = full.make(0);
  run(*source, 20'000.0, 20'000.0);
  CHECK(total(source->counts().accepted) == doctest::Approx(1e5).epsilon(0.02));
  CHECK(total(source->counts().lost) == doctest::Approx(1e5).epsilon(0.02));
  CHECK(source->queue().longest == 20);
}

TEST_CASE("a new difficulty acts from the next job, and work keeps the difficulty of its job") {
  Floor floor;
  floor.miners = 1;
  floor.controlled = true;
  floor.rule.kind = VardiffKind::kNomp;
  floor.rule.start_difficulty = 100.0;
  floor.front_end.job_refresh_s = 1000.0;
  const auto source = floor.make(0);
  const WorkBatch batch = source->take(Time::seconds(999.0));
  CHECK(total(source->counts().difficulty_changes) >= 1.0);
  for (const CreditedShare& share : batch.shares) CHECK(share.work == 100.0);
  source->take(Time::seconds(1001.0));
  CHECK(source->difficulty(0) > 100.0);
}

TEST_CASE("credited work is worth the hashes, whatever the rule does") {
  for (const VardiffKind kind : {VardiffKind::kNomp, VardiffKind::kMiningcore}) {
    Floor floor;
    floor.controlled = true;
    floor.rule.kind = kind;
    floor.rule.start_difficulty = 100.0;
    Moments part;
    for (std::uint32_t world = 0; world < 60; ++world) {
      const auto source = floor.make(world);
      part.add(run(*source, 20'000.0, 20'000.0) / (1000.0 * 20'000.0));
    }
    CHECK(std::abs(part.mean() - 1.0) <= 4.0 * part.standard_error());
  }
}

TEST_CASE("clean jobs void what is under way and cost a restart") {
  Floor floor;
  floor.miners = 200;
  floor.work_per_s = 1e5;
  floor.latency_s = 2.0;
  floor.controlled = true;
  floor.rule.kind = VardiffKind::kPublicPool;
  floor.rule.start_difficulty = 16384.0;
  floor.front_end.restart_s = 10.0;
  const auto source = floor.make(0);
  run(*source, 300.0, 300.0);
  CHECK(total(source->counts().difficulty_changes) > 0.0);
  CHECK(total(source->counts().superseded) > 0.0);
}

TEST_CASE("shares of an old job are rejected after a raise if the connection judges") {
  Floor floor;
  floor.controlled = true;
  floor.rule.kind = VardiffKind::kCkpool;
  floor.rule.start_difficulty = 10.0;
  floor.front_end.job_refresh_s = 600.0;
  const auto by_job = floor.make(0);
  run(*by_job, 600.0, 600.0);
  CHECK(total(by_job->counts().low_difficulty) == 0.0);
  floor.front_end.judge_by = JudgeBy::kConnection;
  const auto by_connection = floor.make(0);
  run(*by_connection, 600.0, 600.0);
  CHECK(total(by_connection->counts().low_difficulty) > 0.0);
}

TEST_CASE("connections beyond the limit send nothing; nonces bound a header-only miner") {
  Floor floor;
  floor.front_end.max_connections = 4;
  const auto source = floor.make(0);
  run(*source, 1000.0, 1000.0);
  for (std::size_t i = 0; i < floor.miners; ++i) CHECK((source->sent()[i] > 0) == (i < 4));

  FrontEndConfig header_only;
  header_only.extranonce2_bytes = 0;
  CHECK(usable_part(header_only, 100e12) == 1.0);
  CHECK(usable_part(header_only, 562949953421312.0) == 0.5);  // 2^49 hashes/s on 2^48
  CHECK(usable_part(FrontEndConfig{}, 1e18) == 1.0);
}

TEST_CASE("share and flow fidelity agree on what a polled rule does") {
  Floor floor;
  floor.miners = 200;
  floor.controlled = true;
  floor.rule.kind = VardiffKind::kSv2Classic;
  floor.rule.start_difficulty = 1000.0;
  floor.front_end.job_refresh_s = 1.0;
  Moments changes[2];
  Moments accepted[2];
  for (std::uint32_t world = 0; world < 20; ++world) {
    const auto share = floor.make(world);
    const auto flow =
        make_controlled_flow_source(floor.miners, floor.control(), 0.0, {2, world, 0});
    flow->set_rates(Time(), floor.rates());
    int which = 0;
    for (ShareSource* source : {share.get(), flow.get()}) {
      run(*source, 7200.0, 600.0);
      changes[which].add(total(source->counts().difficulty_changes));
      accepted[which].add(total(source->counts().accepted));
      ++which;
    }
  }
  for (const auto* pair : {changes, accepted}) {
    CHECK(std::abs(pair[0].mean() - pair[1].mean()) <=
          4.0 * std::hypot(pair[0].standard_error(), pair[1].standard_error()) +
              0.01 * pair[1].mean());
  }
}

TEST_CASE("flow: blocks told of before the polls that came first do not make shares stale") {
  Floor floor;
  floor.latency_s = 4.0;
  floor.controlled = true;
  floor.rule.kind = VardiffKind::kSv2Classic;
  floor.rule.start_difficulty = 1000.0;
  const auto source = make_controlled_flow_source(floor.miners, floor.control(), 0.0, {1, 0, 0});
  source->set_rates(Time(), floor.rates());
  for (int block = 1; block <= 400; ++block) source->new_tip(Time::seconds(1000.0 * block));
  const Time end = Time::seconds(4e5);
  while (source->take(end).end < end) {
  }
  const double stale = total(source->counts().stale);
  const double all = stale + total(source->counts().accepted);
  const double expected = 399.0 * 4.0 / 4e5;
  CHECK(std::abs(stale / all - expected) <= 4.0 * std::sqrt(expected / all));
}

TEST_CASE("a line is M/D/1, and without room for waiting a loss system") {
  Moments wait;
  Moments lost;
  for (std::uint32_t world = 0; world < 30; ++world) {
    Rng rng({5, world, 0}, StreamId::kTest);
    Link open(1.0, 125.0, 1'000'000);  // a message takes 1 ms
    Link roomless(1.0, 125.0, 0);
    Time now;
    for (int i = 0; i < 20'000; ++i) {
      now += Time::seconds(1e-3 / 0.8 * exponential(rng));
      CHECK(*open.pass(now) >= now + Time::seconds(1e-3));
      roomless.pass(now);
    }
    wait.add(open.measures().waited_s / 20'000.0);
    lost.add(static_cast<double>(roomless.measures().lost) / 20'000.0);
  }
  CHECK(std::abs(wait.mean() - 1e-3 * 0.8 / (2.0 * 0.2)) <= 4.0 * wait.standard_error());
  CHECK(std::abs(lost.mean() - 0.8 / 1.8) <= 4.0 * lost.standard_error());
}

TEST_CASE("an uplink at twice what it carries loses half, and what waited long is stale") {
  Floor floor;
  floor.difficulty = 10.0;               // 100 shares/s
  floor.front_end.uplink_mbit_s = 0.08;  // 50 of them
  floor.front_end.uplink_room = 500;     // that wait for ten seconds
  const auto source = floor.make(0);
  run(*source, 20'000.0, 200.0);
  CHECK(fates(source->counts()) + static_cast<double>(source->on_the_way()) == sent(*source));
  CHECK(total(source->counts().lost) / sent(*source) == doctest::Approx(0.5).epsilon(0.01));
  CHECK(total(source->counts().stale) /
            (total(source->counts().stale) + total(source->counts().accepted)) ==
        doctest::Approx(10.0 / 200.0).epsilon(0.05));
  const LinkMeasures line = source->uplink();
  CHECK(line.waited_s / static_cast<double>(line.passed) == doctest::Approx(10.0).epsilon(0.02));
}
