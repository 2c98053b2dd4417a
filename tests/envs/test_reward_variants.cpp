#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "envs/rollout.hpp"
#include "sim/game/pool_choice.hpp"

// Realised income and welfare beside the reward at expected luck (economics, section 4.3).
namespace aicmp {
namespace {

/// The first day of Reserve in many worlds, all under one scheme.
struct FirstDay {
  enum Info : std::size_t { kRuin = 3, kRealised = 4, kWelfare = 5, kFound = 6 };
  enum Scheme : std::int64_t { kPps, kPplns };

  FirstDay(Scheme scheme, std::size_t worlds, const std::vector<std::string>& overrides)
      : env(make_environment("AICMP/Reserve-v0", {.size = worlds}, "", overrides)), memory(*env) {
    for (std::size_t i = 0; i < worlds; ++i) env->seed(i, 700 + i);
    env->reset_into({}, memory.buffers());
    std::fill(memory.choices.begin(), memory.choices.end(), scheme);
    env->step_into(memory.actions(), memory.buffers());
  }
  double info(Info field, std::size_t i) const { return memory.info[field * env->size() + i]; }

  std::unique_ptr<Environment> env;
  Memory memory;
};

TEST_CASE("Welfare under PPS: miners bear no risk, and fees only change hands") {
  const FirstDay day(FirstDay::kPps, 50,
                     {"blocks_per_day=2", "start_blocks=200", "risk_aversion=20"});
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(day.info(FirstDay::kWelfare, i) == doctest::Approx(2.0));
  }
}

TEST_CASE("Welfare under PPLNS: the certainty equivalents of miners of every size") {
  const double blocks = 0.5;
  const double kept = 1.0 - 0.04;
  const double aversion = 30.0;
  const FirstDay day(
      FirstDay::kPplns, 20'000,
      {"blocks_per_day=0.5", "fee_pplns=0.04", "risk_aversion=30", "switch_cost_blocks=0"});
  double miners = 0.0;
  for (const double part : {0.5, 0.3, 0.15, 0.05}) {
    const double alpha = aversion / (100.0 * part * kept * blocks);
    const double equivalent = cara_equivalent(blocks, part * kept, alpha);
    miners += equivalent;
    // The same from the days that were played: -log E exp(-alpha pay) / alpha.
    Moments utility;
    for (std::size_t i = 0; i < day.env->size(); ++i) {
      utility.add(std::exp(-alpha * part * kept * day.info(FirstDay::kFound, i)));
    }
    const double error = utility.standard_error() / (alpha * utility.mean());
    CHECK(std::abs(-std::log(utility.mean()) / alpha - equivalent) < 4.0 * error);
  }
  CHECK(miners < 0.8 * kept * blocks);
  for (std::size_t i = 0; i < day.env->size(); ++i) {
    REQUIRE(day.info(FirstDay::kWelfare, i) ==
            doctest::Approx(day.memory.reward[i] + miners).epsilon(1e-12));
  }
}

TEST_CASE("Who is liable for what ruin leaves unpaid changes who loses it, not that it is lost") {
  const FirstDay liable(FirstDay::kPps, 200, {"blocks_per_day=4", "start_blocks=0"});
  const FirstDay limited(FirstDay::kPps, 200,
                         {"blocks_per_day=4", "start_blocks=0", "limited_liability=true"});
  const double franchise = 0.01 * 4.0 / (1.0 - 0.999);
  std::size_t ruined = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    if (!liable.memory.terminated[i]) continue;
    ++ruined;
    CHECK(limited.info(FirstDay::kRuin, i) == 0.0);
    const double welfare = limited.info(FirstDay::kWelfare, i);
    CHECK(welfare == doctest::Approx(4.0 + limited.info(FirstDay::kRealised, i)));
    CHECK(welfare == doctest::Approx(liable.info(FirstDay::kWelfare, i) + franchise));
  }
  CHECK(ruined > 50);
}

TEST_CASE("The retarget game realises the blocks of an epoch that are the miner's") {
  constexpr std::size_t kChance = 1;
  constexpr std::size_t kWithLuck = 3;
  constexpr std::size_t kRows = 4000;
  const auto env = make_environment("AICMP/RetargetGame-v0", {.size = kRows});
  Memory memory(*env);
  for (std::size_t i = 0; i < kRows; ++i) env->seed(i, i);
  env->reset_into({}, memory.buffers());
  env->act(policy_index(env->spec(), "always"), {}, memory.choices.data(), nullptr);
  env->step_into(memory.actions(), memory.buffers());
  const double chance = memory.info[kChance * kRows];
  const double sd = std::sqrt(chance * (1.0 - chance) / 2016.0);
  Moments luck;
  for (std::size_t i = 0; i < kRows; ++i) {
    luck.add(memory.info[kWithLuck * kRows + i] - memory.reward[i]);
  }
  CHECK(std::abs(luck.mean()) < 4.0 * sd / std::sqrt(kRows));
  // The relative error of a standard deviation is 1 / sqrt(2 n).
  CHECK(std::abs(luck.standard_deviation() - sd) < 4.0 * sd / std::sqrt(2.0 * kRows));
}

}  // namespace
}  // namespace aicmp
