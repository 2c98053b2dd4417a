#include <cmath>

#include <doctest/doctest.h>

#include "envs/rollout.hpp"

namespace aicmp {
namespace {

const std::string kId = "AICMP/Pool-v0";
enum Info : std::size_t { kSite = 2, kRestarts = 3, kSwitch = 5, kRuin = 7, kRealised = 8 };
enum : std::size_t { kReserve = 11, kDividend = 12, kFee = 14 };
enum Set : std::size_t { kFeeSet, kEtaSet, kSchemeSet, kDividendSet, kStopSet, kRunSet };
constexpr std::size_t kPpsAlways = 1;

struct Played {
  explicit Played(const std::vector<std::string>& overrides, std::size_t size = 1)
      : env(make_environment(kId, {.size = size}, "", overrides)), memory(*env) {
    for (std::size_t i = 0; i < size; ++i) env->seed(i, 500 + i);
    env->reset_into({}, memory.buffers());
  }
  void follow(std::size_t policy) {
    env->act(policy, env->spec().policies[policy].defaults, memory.choices.data(), nullptr);
  }
  void step() { env->step_into(memory.actions(), memory.buffers()); }
  double info(std::size_t field, std::size_t i = 0) const {
    return memory.info[field * env->size() + i];
  }

  std::unique_ptr<Environment> env;
  Memory memory;
};

TEST_CASE("What is announced holds after the notice, and nothing else may be announced before") {
  Played pool({"start_fee=0.02"});
  pool.follow(0);
  pool.memory.choices[kFeeSet] = 4;  // half a point more
  pool.step();
  for (int day = 1; day <= 14; ++day) {
    CHECK(pool.info(kFee) == doctest::Approx(0.02));
    // Fee changes and all etas but keep are masked.
    CHECK(pool.memory.mask[4] == 0);
    CHECK(pool.memory.mask[2] == 1);
    CHECK(pool.memory.mask[5] == 1);
    CHECK(pool.memory.mask[6] == 0);
    pool.follow(0);
    pool.step();
  }
  CHECK(pool.info(kFee) == doctest::Approx(0.025));
  CHECK(pool.memory.mask[4] == 1);
}

TEST_CASE(
    "The reserve moves by what is earned, paid out and spent on changes, and by nothing else") {
  Played pool({"surplus_blocks=10", "switch_cost_blocks=0.5"});
  double reserve = 30.0;
  for (int day = 0; day < 300 && pool.env->running(0); ++day) {
    pool.follow(day / 40 % 2 == 0 ? 0 : kPpsAlways);
    pool.memory.choices[kDividendSet] = day % 3;
    pool.step();
    const double switched = pool.info(kSwitch) != 0.0 ? 0.5 : 0.0;
    reserve += pool.info(kRealised) - pool.info(kDividend) - switched;
    REQUIRE(pool.info(kReserve) == doctest::Approx(reserve).epsilon(1e-9));
  }
}

TEST_CASE("Ruin costs what is owed and the franchise") {
  // Without price moves a block is worth 100 / 7.2 % of a day's revenue.
  Played pool({"start_blocks=0", "hash_price_volatility=0"}, 64);
  const double franchise = 100.0 * .01 * .5 / (1.0 - std::pow(.86, 1.0 / 365.0));
  std::size_t ruined = 0;
  pool.follow(kPpsAlways);
  pool.step();
  for (std::size_t i = 0; i < 64; ++i) {
    if (!pool.memory.terminated[i]) continue;
    ++ruined;
    CHECK(pool.info(kReserve, i) < 0.0);
    CHECK(pool.info(kRuin, i) == doctest::Approx(pool.info(kReserve, i) * 100.0 / 7.2 - franchise));
  }
  // Expected blocks 3.6, less half a block for the change of scheme, owed .98 * 3.6 = 3.53.
  CHECK(ruined > 20);
  CHECK(ruined < 64);
}

TEST_CASE("Its site with the bands of C29 earns the optimum of C29") {
  // Stop above 120, run again below 92 USD/MWh; wear 60 USD of 92 USD/h.
  Played pool({"hash_price_volatility=0", "restart_wear_hours=0.6521739130434783"}, 400);
  Moments day_income;
  for (std::size_t day = 0; day < 400; ++day) {
    pool.follow(0);
    for (std::size_t i = 0; i < 400; ++i) {
      pool.memory.choices[i * 7 + kStopSet] = 2;
      pool.memory.choices[i * 7 + kRunSet] = 2;
    }
    pool.step();
    if (day == 0) continue;  // all sites start running
    double sum = 0.0;
    for (std::size_t i = 0; i < 400; ++i) sum += pool.info(kSite, i) + pool.info(kRestarts, i);
    day_income.add(sum / 400.0);
  }
  // Days of one world are correlated, but hours of a price last for hours.
  const double expected = 100.0 * 0.02 * 62.870464 / 92.0;
  CHECK(std::abs(day_income.mean() - expected) < 5.0 * day_income.standard_error());
}

TEST_CASE("The bundle of rules beats doing nothing, in the same worlds") {
  Moments gain;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    gain.add(score(kId, "bundle", 1, {}, {}, seed).mean() -
             score(kId, "static", 1, {}, {}, seed).mean());
  }
  CHECK(gain.mean() > 4.0 * gain.standard_error());
}

}  // namespace
}  // namespace aicmp
