#include <cmath>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/experiment/detection.hpp"
#include "sim/game/selfish_mining.hpp"
#include "tests/experiment/measured.hpp"
#include "tests/experiment/small_world.hpp"

using namespace aicmp;

namespace {

/// Counts that a test moves by hand.
class Counts final : public ShareSource {
 public:
  explicit Counts(std::size_t miners) : ShareSource(miners) {}
  void set_rates(Time, ShareRates) override {}
  void new_tip(Time) override {}
  WorkBatch take(Time) override { return {}; }
  double difficulty(std::uint32_t) const override { return 1000.0; }
  ShareCounts& all() { return counts_; }
};

std::map<std::string, double> world_of(const Scenario& scenario) {
  return of_scheme(run(scenario), "");
}

Scenario watched(std::int64_t miners, double days) {
  Scenario s = small_world(miners, days);
  s.pool.schemes = {parse_scheme("pps:0")};
  s.pool.monitor.enabled = true;
  // 12 shares a minute of everybody; a rule of target rates would know of a loss at once.
  s.fleet.groups[0].size.list_ths = {s.fleet.groups[0].size.list_ths[1]};
  s.pool.difficulty_rule = ShareDifficultyRule::kFixed;
  s.pool.share_difficulty = 0.1 * 1e12 / 600.0 / static_cast<double>(miners) * 5.0;
  return s;
}

/// Counts what an operator is told.
class Alarms final : public Observer {
 public:
  void on_alarm(const World& world, const Alarm& alarm) override {
    CHECK(alarm.time == world.now());
    CHECK(alarm.miner.has_value() == (alarm.kind == AlarmKind::kTheft));
    ++count[alarm.kind];
    if (count[alarm.kind] == 1) first_h[alarm.kind] = alarm.time.in_hours();
  }
  std::map<AlarmKind, int> count;
  std::map<AlarmKind, double> first_h;
};

}  // namespace

TEST_CASE("notices are held against the truth: seen, missed, false") {
  MonitorConfig config;
  config.enabled = true;
  config.learn_hours = 2.0;
  Monitor monitor(config, 4);
  Detection detection(config, {false, false, false, false});
  Counts source(4);
  std::vector<double> work(4, 0.0);
  Time now;
  std::vector<double> hashes(4, 1.0);
  detection.set(now, hashes);
  for (int look = 1; look <= 72; ++look) {
    now = Time::seconds(300.0 * look);
    if (look == 37) {
      hashes = {0.0, 0.5, 1.0, 1.0};  // from 10800 s on
      detection.set(Time::seconds(10'800.0), hashes);
    }
    if (look == 38) {
      hashes[1] = 1.0;  // back too soon for anybody to have seen it
      detection.set(Time::seconds(11'100.0), hashes);
    }
    for (std::uint32_t i = 0; i < 4; ++i) {
      // Shares in their mean number, but for the third miner's, which go though it works.
      const bool gone = (i == 0 && look > 36) || (i == 2 && look > 40);
      const double part = gone ? 0.0 : i == 1 && look == 37 ? 0.5 : 1.0;
      source.all().accepted[i] += static_cast<std::int64_t>(30.0 * part);
      work[i] += 30.0 * part * 1000.0;
    }
    detection.look(now, monitor.look(now, {work, source, 1e12}), monitor);
  }
  CHECK(detection.delay_h().count() == 1);
  CHECK(detection.delay_h().mean() == doctest::Approx(300.0 / 3600.0));
  CHECK(detection.missed() == 1);
  CHECK(detection.false_alarms() == 1);
  CHECK(detection.watched_years() < 4.0 * 6.0 / 8766.0);
  CHECK(detection.watched_years() > 0.5 * 4.0 * 4.0 / 8766.0);
}

TEST_CASE("a hijack takes its part, is noticed as Wald has it, and is repaired") {
  Scenario s = watched(60, 3);
  s.attack.hijack = {1.0, 0.5, 48.0, 2.0};
  const auto plain = world_of(s);
  CHECK(plain.at("hijack_noticed_fraction") == 1.0);
  CHECK(plain.at("detection_noticed_fraction") == 1.0);
  CHECK(plain.at("detection_delay_h") == doctest::Approx(plain.at("hijack_noticed_after_h")));
  // CUSUM for a loss of 1/3 when a half is gone: the drift of a look of 60 shares, less 3 sigma of
  // the reference, is 60 (ref / 3 - .5 ln 1.5); the threshold is ln(looks per false alarm).
  const double reference = 1.0 - 3.0 / std::sqrt(24.0 * 60.0 * 12.0);
  const double drift = 60.0 * (reference / 3.0 + 0.5 * std::log(2.0 / 3.0));
  const double looks = std::log(365.25 * 288.0 / 0.1) / drift;
  CHECK(plain.at("hijack_noticed_after_h") * 12.0 >= 0.8 * looks);
  CHECK(plain.at("hijack_noticed_after_h") * 12.0 <= looks + 2.0);
  // What was taken and what is here are all that the miners have.
  const double hours = plain.at("hijack_noticed_after_h") + 2.0;
  CHECK(plain.at("hijack_miners_lost_fraction") ==
        doctest::Approx(0.5 * hours / 72.0).epsilon(0.05));
  CHECK(plain.at("detection_false_alarms_per_miner_year") == 0.0);

  s.pool.encrypted = true;
  const auto encrypted = world_of(s);
  CHECK(encrypted.at("hijack_miners") == 0.0);
  CHECK(encrypted.at("hijack_taken_btc") == 0.0);
}

TEST_CASE("thefts change nobody's pay but the victims', and by their part of the time") {
  Scenario s = small_world(60, 400);
  s.pool.schemes = {parse_scheme("pps:0")};
  s.pool.payout.threshold_btc = 0.0;
  const auto honest = of_scheme(run(s), "pps:0");
  s.attack.theft.per_account_year = 2.0;
  s.attack.theft.notice_days = 20.0;
  Moments lost;
  for (std::int64_t seed = 1; seed <= 12; ++seed) {
    s.run.seed = seed;
    const auto robbed = of_scheme(run(s), "pps:0");
    if (seed == 1) CHECK(robbed.at("paid_btc") == honest.at("paid_btc"));
    lost.add(robbed.at("theft_miners_lost_fraction"));
  }
  // An account alternates between its owner (half a year) and a thief (20 days), from its owner's
  // on: the transient is over after a time of h = 1 / (1/182.6 + 1/20) days.
  const double stolen = 20.0 / (182.625 + 20.0);
  const double settling = 1.0 / (1.0 / 182.625 + 1.0 / 20.0);
  CHECK(std::abs(lost.mean() - stolen * (1.0 - settling / 400.0)) <= 4.0 * lost.standard_error());
}

TEST_CASE(
    "withholders are found after some fifteen blocks that should have come, and nobody else") {
  Scenario s = watched(3, 60);
  s.pool.monitor.interval_min = 30.0;
  s.fleet.groups.push_back(s.fleet.groups[0]);
  s.fleet.groups[1].name = "withholder";
  s.fleet.groups[1].behaviour = Behaviour::kWithhold;
  const auto found = world_of(s);
  CHECK(found.at("detection_withholders_found_fraction") == 1.0);
  CHECK(found.at("detection_false_alarms_per_miner_year") == 0.0);
  CHECK(found.at("detection_withholding_delay_h") > 24.0);
}

TEST_CASE("miners that cannot come in again mine nothing, and only they") {
  Scenario s = small_world(30, 4);
  s.pool.schemes = {parse_scheme("pps:0")};
  s.pool.connections.drops_per_day = 4.0;
  s.pool.connections.slots = 40;
  s.attack.connections.per_s = 1.0;
  s.attack.connections.begin_h = 24.0;
  s.attack.connections.hours = 24.0;
  const auto locked = world_of(s);
  CHECK(locked.at("connections_miners_lost_fraction") > 0.02);
  CHECK(locked.at("connections_miners_lost_fraction") < 0.3);
  CHECK(locked.at("connections_noticed_after_min") >= 0.0);
  // What was lost and what was accepted are the hash rate of all miners.
  const auto calm = world_of(small_world(30, 4));
  CHECK(locked.at("pool_expected_blocks") / calm.at("pool_expected_blocks") ==
        doctest::Approx(1.0 - locked.at("connections_miners_lost_fraction")).epsilon(0.01));
  s.pool.connections.handshake_timeout_s = 5.0;
  CHECK(world_of(s).at("connections_miners_lost_fraction") < 0.001);
}

TEST_CASE("an operator is told of floods, full front ends and thefts, as the measures have it") {
  Scenario s = small_world(30, 4);
  s.pool.schemes = {parse_scheme("pps:0")};
  s.pool.connections.slots = 40;
  s.attack.connections.per_s = 1.0;
  s.attack.connections.begin_h = 24.0;
  s.attack.theft.per_account_year = 20.0;
  s.attack.theft.notice_days = 0.5;
  Alarms told;
  const auto measured = of_scheme(run(s, &told), "");
  CHECK(told.count[AlarmKind::kFrontEndFull] == 1);
  CHECK((told.first_h[AlarmKind::kFrontEndFull] - 24.0) * 60.0 ==
        doctest::Approx(measured.at("connections_noticed_after_min")));
  CHECK(told.count[AlarmKind::kTheft] > 0);
  CHECK(told.count[AlarmKind::kTheft] <= measured.at("theft_accounts"));
  CHECK(measured.at("theft_noticed_after_days") == doctest::Approx(measured.at("theft_held_days")));

  s = watched(10, 0.2);
  s.run.fidelity = Fidelity::kShare;
  s.pool.monitor.learn_hours = 2.0;
  s.pool.front_end.enabled = true;
  s.pool.front_end.flood.messages_per_s = 50.0;
  s.pool.front_end.flood.begin_h = 3.0;
  Alarms flooded;
  const auto flood = of_scheme(run(s, &flooded), "");
  CHECK(flooded.count[AlarmKind::kFlood] == 1);
  CHECK((flooded.first_h[AlarmKind::kFlood] - 3.0) * 60.0 ==
        doctest::Approx(flood.at("flood_noticed_after_min")));
}

TEST_CASE("a selfish rival costs our miners blocks as it costs others, and is noticed by forks") {
  Scenario s = small_world(30, 60);
  s.pool.schemes = {parse_scheme("pplns:2:fee=0")};
  s.pool.monitor.enabled = true;
  s.network.pools = {{"rival", 0.4}};
  s.network.selfish.pool = "rival";
  s.network.selfish.begin_h = 48.0;
  Alarms told;
  const auto attacked = of_scheme(run(s, &told), "");
  // 36 % of the network, half of the others with it in a race.
  const double expected = selfish_mining_revenue(0.36, 0.5);
  CHECK(attacked.at("selfish_share") == doctest::Approx(0.36).epsilon(0.05));
  CHECK(attacked.at("selfish_chain_share") == doctest::Approx(expected).epsilon(0.06));
  CHECK(attacked.at("selfish_miners_lost_fraction") ==
        doctest::Approx(58.0 / 60.0 * attacked.at("selfish_others_lost_fraction")).epsilon(0.15));
  CHECK(attacked.at("selfish_false_alarms") == 0.0);
  CHECK(told.count[AlarmKind::kForks] == 1);
  CHECK(told.first_h[AlarmKind::kForks] - 48.0 ==
        doctest::Approx(attacked.at("selfish_noticed_after_h")));
  CHECK(attacked.at("selfish_noticed_after_h") < 24.0);
  // The same luck, and no blocks lost, where the rival is honest.
  s.network.selfish = {};
  const auto honest = world_of(s);
  CHECK(honest.at("pool_blocks") + honest.at("pool_stale_blocks") ==
        attacked.at("pool_blocks") + attacked.at("pool_stale_blocks"));
}

TEST_CASE("a flood without a front end is refused") {
  Scenario s = small_world(3, 1);
  CHECK_NOTHROW(check(s));
  s.pool.front_end.flood.messages_per_s = 1.0;
  CHECK_THROWS_AS(check(s), ConfigError);
}
