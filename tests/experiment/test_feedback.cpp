#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/experiment/watched_forecast.hpp"
#include "sim/pool/ledger_audit.hpp"
#include "tests/experiment/measured.hpp"
#include "tests/experiment/small_world.hpp"
#include "tests/experiment/temporary_folder.hpp"

using namespace aicmp;

namespace {

struct Decisions : Observer {
  struct Timed {
    double day;
    OperatorDecision decision;
  };
  void on_decision(const World& world, const OperatorDecision& decision) override {
    all.push_back({world.now().in_days(), decision});
  }
  std::vector<Timed> of(OperatorParameter parameter) const {
    std::vector<Timed> found;
    for (const Timed& timed : all) {
      if (timed.decision.parameter == parameter) found.push_back(timed);
    }
    return found;
  }
  std::vector<Timed> all;
};

/// The small world under a loop that adjusts everything, with notices of three days.
Scenario adjusted_world(double days) {
  Scenario scenario = small_world(30, days);
  scenario.pool.difficulty_rule = ShareDifficultyRule::kFixed;
  scenario.pool.share_difficulty = 1e9;
  scenario.pool.payout.reserve_btc = 300.0;
  scenario.pool.notice_days = 3.0;
  scenario.feedback.enabled = true;
  scenario.feedback.shares_per_s = 50.0;
  scenario.feedback.fee_max = 0.032;
  scenario.feedback.eta_max = 0.97;
  return scenario;
}

/// The log of fees: white noise around a level.
double noise_around(double level, Rng& rng) {
  return level + 0.3 * normal(rng);
}

}  // namespace

TEST_CASE("a loop that is off changes nothing, whatever else it says") {
  Scenario scenario = adjusted_world(20.0);
  scenario.feedback.enabled = false;
  Scenario untouched = scenario;
  untouched.feedback = {};
  check_equal(run(scenario), run(untouched));
}

TEST_CASE("what the loop sets stays within its bounds and its steps") {
  const Scenario scenario = adjusted_world(60.0);
  Decisions seen;
  run(scenario, &seen);
  for (const auto& [day, decision] : seen.of(OperatorParameter::kFee)) {
    CHECK(decision.after >= scenario.feedback.fee_min);
    CHECK(decision.after <= scenario.feedback.fee_max);
    CHECK(std::abs(decision.after - decision.before) <= scenario.feedback.fee_step + 1e-12);
    CHECK(std::fmod(day, 7.0) == doctest::Approx(0.0));
    CHECK(!decision.reason.empty());
  }
  CHECK(!seen.of(OperatorParameter::kFee).empty());
  for (const auto& [day, decision] : seen.of(OperatorParameter::kEta)) {
    CHECK(decision.scheme == "eta:0.7:fee=0.01");
    CHECK(decision.after >= scenario.feedback.eta_min);
    CHECK(decision.after <= scenario.feedback.eta_max);
  }
  REQUIRE(!seen.of(OperatorParameter::kEta).empty());
  // Three sizes at a top fee of 1 %: eta goes to its upper bound, and no further.
  CHECK(seen.of(OperatorParameter::kEta).back().decision.after == scenario.feedback.eta_max);
}

TEST_CASE("share difficulty follows the hash rate, and the shares come as meant") {
  const Scenario scenario = adjusted_world(40.0);
  Decisions seen;
  World world(scenario, {1, 0, 0}, &seen);
  world.advance(Time::days(30));
  const auto shares = [&] {
    double sum = 0.0;
    for (const std::int64_t count : world.pool().share_counts().accepted) {
      sum += static_cast<double>(count);
    }
    return sum;
  };
  const double before = shares();
  world.advance(Time::days(40));
  world.close();
  REQUIRE(!seen.of(OperatorParameter::kShareDifficulty).empty());
  // Within the 10 % that are not worth a change; Poisson noise of 4e7 shares is far below.
  CHECK((shares() - before) / 864000.0 == doctest::Approx(50.0).epsilon(0.11));
}

TEST_CASE("a ledger of a run with the loop verifies, and tells every decision") {
  for (const LedgerDetail detail : {LedgerDetail::kBlocks, LedgerDetail::kWork}) {
    const Scenario scenario = adjusted_world(40.0);
    const TemporaryFolder folder;
    Decisions seen;
    std::string text;
    {
      Ledger ledger(detail, [&](std::string_view line) { text += line; });
      World world(scenario, {1, 0, 0}, &seen, {&ledger, std::string(64, 'a')});
      world.advance(scenario.run.horizon());
      world.close();
    }
    CHECK(verify_ledger(folder.write("ledger.jsonl", text)).verdict == LedgerVerdict::kSound);
    std::size_t told = 0;
    for (std::size_t at = text.find(R"("decision")"); at != std::string::npos;
         at = text.find(R"("decision")", at + 1)) {
      ++told;
    }
    CHECK(told == seen.all.size());
    CHECK(text.find(R"("change")") != std::string::npos);

    const std::size_t reason = text.find("would do");
    REQUIRE(reason != std::string::npos);
    text.replace(reason, 8, "would be");
    CHECK(verify_ledger(folder.write("ledger.jsonl", text)).verdict == LedgerVerdict::kBad);
  }
}

TEST_CASE("a drift is noticed as soon as the test can, and the forecaster waits for new history") {
  FeedbackConfig config;
  config.retrain_days = 1e3;
  WatchedForecast forecast(config);
  Rng rng({5, 0, 0}, StreamId::kTest);
  for (int day = 0; day < 150; ++day) {
    const auto event = forecast.add(noise_around(-3.0, rng));
    CHECK(event.has_value() == (day == 59));  // the first fit
  }
  CHECK(forecast.alarms() == 0);
  // Every day far outside: alarm once log 5 a day has made up the threshold. An autoregression
  // soon calls the new level its own, so the level goes on rising.
  const int due =
      static_cast<int>(std::ceil(std::log(365.25 / config.false_alarms_per_year) / std::log(5.0)));
  CHECK(due == 5);
  for (int day = 1; day <= due; ++day) {
    const auto event = forecast.add(-3.0 + 5.0 * day);
    REQUIRE(event.has_value() == (day == due));
    if (day < due) continue;
    CHECK(event->before == 60);
    CHECK(event->after == 0);
  }
  // The mean of the days since the change stands in.
  CHECK(forecast.foretold() == doctest::Approx(-3.0 + 5.0 * (1 + due) / 2.0));
  for (int day = due + 1; day <= 60; ++day) {
    const auto event = forecast.add(noise_around(2.0, rng));
    REQUIRE(event.has_value() == (day == 60));
    if (event) CHECK(event->after == 60);
  }
}

TEST_CASE("while nothing drifts alarms come no more often than meant") {
  // 40 runs of 440 days under test at one false alarm in two years: 24 are allowed on average,
  // 24 + 3 sqrt(24) = 39 would contradict it.
  std::size_t alarms = 0;
  for (std::uint32_t world = 0; world < 40; ++world) {
    FeedbackConfig config;
    config.forecaster = FeeForecaster::kPersistence;
    WatchedForecast forecast(config);
    Rng rng({6, world, 0}, StreamId::kTest);
    for (int day = 0; day < 500; ++day) forecast.add(noise_around(0.0, rng));
    alarms += forecast.alarms();
  }
  CHECK(alarms < 39);
}

TEST_CASE("withheld blocks are noticed by luck, and the fee pays for them") {
  Scenario scenario = adjusted_world(120.0);
  scenario.feedback.fee_max = 0.9;
  scenario.feedback.fee_step = 0.9;
  scenario.feedback.lost_blocks = 0.5;
  scenario.pool.payout.reserve_btc = 1e5;
  scenario.fleet.groups.push_back(scenario.fleet.groups.front());
  scenario.fleet.groups.back().behaviour = Behaviour::kWithhold;
  scenario.fleet.groups.front().name = "honest";
  scenario.fleet.groups.back().name = "withholders";
  Decisions seen;
  run(scenario, &seen);
  const auto lost = seen.of(OperatorParameter::kLostBlocks);
  REQUIRE(!lost.empty());
  // 13.1 blocks are found where 26.2 are expected a day; each expected one adds .5 + .5 log .5 =
  // .153 to the statistic, so its threshold of log 730.5 = 6.6 is passed after 43 +- 18 blocks.
  CHECK(lost.front().day <= 6.0);
  CHECK(lost.back().decision.after == doctest::Approx(0.5).epsilon(0.1));
  for (const auto& [day, decision] : seen.of(OperatorParameter::kFee)) {
    if (day > 30.0) CHECK(decision.after == doctest::Approx(0.5).epsilon(0.15));
  }
}

TEST_CASE("bounds that cross, and a share difficulty that is not the loop's, are refused") {
  Scenario scenario = adjusted_world(1.0);
  scenario.feedback.fee_min = 0.05;
  CHECK_THROWS_WITH_AS(check(scenario), doctest::Contains("feedback.fee_min"), ConfigError);
  scenario = adjusted_world(1.0);
  scenario.pool.difficulty_rule = ShareDifficultyRule::kTargetRate;
  CHECK_THROWS_WITH_AS(check(scenario), doctest::Contains("feedback.shares_per_s"), ConfigError);
}

TEST_CASE("a forecaster that is reviewed by the month waits until it has enough") {
  FeedbackConfig config;
  config.review_days = 30;
  for (const FeeForecaster kind : {FeeForecaster::kAutoregression, FeeForecaster::kLstm}) {
    config.forecaster = kind;
    WatchedForecast forecast(config);
    Rng rng({7, 0, 0}, StreamId::kTest);
    std::size_t learnt = 0;
    for (int day = 0; day < 75; ++day) {
      if (const auto event = forecast.add(normal(rng))) learnt = event->after;
    }
    CHECK(learnt == 70);
    CHECK(std::isfinite(forecast.foretold()));
  }
}
