#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <doctest/doctest.h>

#include "envs/rollout.hpp"
#include "sim/base/random.hpp"
#include "sim/game/selfish_mining.hpp"

// Published values of the exact instances (economics, section 2.6) and simulation of their
// policies.
namespace aicmp {
namespace {

double optimum(const std::string& id, const std::vector<std::string>& overrides = {}) {
  return make_environment(id, {}, "", overrides)->optimum()->value;
}

/// Four standard errors: one check in 16,000 fails by chance, and the seeds are fixed.
void check_mean(const Moments& seen, double expected, double bias = 0.0) {
  CAPTURE(seen.mean());
  CAPTURE(expected);
  CHECK(std::abs(seen.mean() - expected) <= 4.0 * seen.standard_error() + bias);
}

TEST_CASE("C29: curtailment of a Markov price") {
  const std::string id = "AICMP/Curtailment-v0";
  CHECK(optimum(id) == doctest::Approx(62.870464).epsilon(1e-8));
  // An episode starts running, while a share of the hours in the long run starts off.
  const double start = (46.0 + 60.0) / 2160.0;
  check_mean(score(id, "always", 4000), 57.665236);
  check_mean(score(id, "greedy", 4000), 59.789700, start);
  check_mean(score(id, "optimal", 4000), 62.870464, start);
  // 100 lies between the prices at which the optimum stops and runs again.
  check_mean(score(id, "hysteresis", 4000), 62.870464, start);
}

TEST_CASE("Machines that may run in part: a linear problem, so its optimum is all or nothing") {
  const std::vector<std::string> fraction = {"actions=fraction"};
  const std::string id = "AICMP/Curtailment-v0";
  CHECK(optimum(id, fraction) == optimum(id));
  check_mean(score(id, "optimal", 4000, fraction), 62.870464, (46.0 + 60.0) / 2160.0);
  CHECK(score(id, "hysteresis", 50, fraction).mean() == score(id, "hysteresis", 50).mean());
}

TEST_CASE("Power modes: off beside on alone is worse than four modes") {
  const std::vector<std::string> modes = {"mode_power=[0.6,1.0,1.25]", "mode_hash=[0.7,1.0,1.12]"};
  const double best = optimum("AICMP/Curtailment-v0", modes);
  CHECK(best > optimum("AICMP/Curtailment-v0"));
  check_mean(score("AICMP/Curtailment-v0", "optimal", 4000, modes), best, 130.0 / 2160.0);
}

TEST_CASE("C30: the coincident peak") {
  const std::string id = "AICMP/CoincidentPeak-v0";
  for (const auto& [charge, cost] :
       {std::pair{"10", 1.95112}, std::pair{"30", 2.17751}, std::pair{"100", 2.36888}}) {
    const std::vector<std::string> charged = {std::string("charge_usd=") + charge};
    CHECK(optimum(id, charged) == doctest::Approx(-cost).epsilon(1e-5));
    check_mean(score(id, "optimal", 40000, charged), -cost);
  }
  check_mean(score(id, "new_peak", 40000), -3.99499);  // the harmonic number H_30
  check_mean(score(id, "never", 2000), -30.0);
}

TEST_CASE("The expected demand charges of a month add up to what is billed") {
  const auto env = make_environment("AICMP/CoincidentPeak-v0", {.autoreset = Autoreset::kDisabled});
  Memory memory(*env);
  Rng rng({8, 0, 0}, StreamId::kPolicy);
  for (std::uint64_t month = 0; month < 100; ++month) {
    env->seed(0, month);
    env->reset_into({}, memory.buffers());
    double highest = 0.0, stops = 0.0, sum = 0.0, realised = 0.0;
    bool charged = false;
    while (env->running(0)) {
      const double load = memory.observation[0];
      CHECK(memory.observation[4] == (load > highest ? 1.0f : 0.0f));
      memory.choices[0] = static_cast<std::int64_t>(rng() % 2);
      if (load > highest) charged = memory.choices[0] == 0;
      highest = std::max(highest, load);
      stops += static_cast<double>(memory.choices[0]);
      env->step_into(memory.actions(), memory.buffers());
      sum += memory.reward[0];
      realised += memory.info[3];
    }
    CHECK(realised == -stops - (charged ? 30.0 : 0.0));
    CHECK(sum == doctest::Approx(-stops - (charged ? 30.0 : 0.0)).epsilon(1e-12));
  }
}

TEST_CASE("The chance that a day of PPS ruins a pool") {
  // Fewer than three of four blocks: e^-4 (1 + 4 + 8). None of one, below what a day promises.
  for (const auto& [start, blocks, chance] :
       {std::tuple{"1.5", "4", 13.0 * std::exp(-4.0)}, std::tuple{"0.5", "1", std::exp(-1.0)},
        std::tuple{"0.97", "1", 0.0}, std::tuple{"10", "1", 0.0}}) {
    const std::vector<std::string> pool = {std::string("start_blocks=") + start,
                                           std::string("blocks_per_day=") + blocks};
    const auto env = make_environment("AICMP/Reserve-v0", {}, "", pool);
    Memory memory(*env);
    env->seed(0, 1);
    env->reset_into({}, memory.buffers());
    CHECK(memory.observation[5] == doctest::Approx(chance).epsilon(1e-6));
  }
}

TEST_CASE("C31: the reserve of a pool that may pay PPS") {
  const std::string id = "AICMP/Reserve-v0";
  const std::string limited = "limited_liability=true";
  CHECK(optimum(id, {limited}) == doctest::Approx(22.03).epsilon(5e-4));
  CHECK(optimum(id, {limited, "switch_cost_blocks=0"}) == doctest::Approx(25.21).epsilon(5e-4));
  // Where a change is dear, limited liability is worth a gamble; who must pay what is owed has
  // less.
  CHECK(optimum(id, {"switch_cost_blocks=8"}) < optimum(id, {limited, "switch_cost_blocks=8"}));
  // After 9,000 days e^-9 of a value of at most 30 is left.
  const std::vector<std::string> endless = {limited, "days=9000"};
  const double tail = 30.0 * std::exp(-9.0);
  check_mean(score(id, "optimal", 500, endless), 22.03, tail + 0.005);
  check_mean(score(id, "pps", 500, endless), 17.74, tail + 0.005);
  check_mean(score(id, "band", 500, endless, {7.7, 1.0}), 22.03, tail + 0.005);
  const std::vector<std::string> dear = {"days=9000", "switch_cost_blocks=8"};
  check_mean(score(id, "optimal", 500, dear), optimum(id, dear), tail);
}

TEST_CASE("C23: the retarget game") {
  const std::string id = "AICMP/RetargetGame-v0";
  // With epochs of exactly their mean time, on a grid that holds u* = .588315 to .0005.
  const std::vector<std::string> exact = {"random_times=false", "fortnights=20000"};
  CHECK(optimum(id, exact) == doctest::Approx(0.0234146).epsilon(1e-5));
  CHECK(score(id, "on_off", 1, exact).mean() == doctest::Approx(0.0234146).epsilon(1e-4));
  CHECK(score(id, "always", 1, exact).mean() == doctest::Approx(0.01).epsilon(1e-4));
  const std::vector<std::string> fine = {"random_times=false", "fortnights=20000", "levels=101"};
  CHECK(score(id, "constant", 1, fine).mean() == doctest::Approx(0.0164404).epsilon(5e-4));

  // With random times the difficulty is hash / span, and a span of 2015 intervals makes its mean
  // 2016/2014 times as high: epochs take so much longer. (C23 gives what 2016 intervals would.)
  const double longer = 2016.0 / 2014.0;
  const std::vector<std::string> random = {"fortnights=2000"};
  const double edge = 2e-5;  // the first epoch, and the last that ends beyond the horizon
  check_mean(score(id, "always", 400, random), .2 / longer - .19, edge);
  check_mean(score(id, "on_off", 400, random), (.2 - .19 * .8 * longer) / (2.05 * longer), edge);
  const std::vector<std::string> random_fine = {"fortnights=2000", "levels=101"};
  check_mean(score(id, "constant", 400, random_fine),
             .2 * .59 / (.8 + .2 * .59) / longer - .19 * .59, edge);
  check_mean(score(id, "optimal", 400, random), optimum(id, random), edge);
}

TEST_CASE("Nothing to win for a small miner: the optimum is to run") {
  // Thresholds of economics, section 3.4e: alternating needs cost > 1 - s + s^2.
  const std::vector<std::string> small = {"share=0.05", "cost=0.5", "random_times=false"};
  CHECK(optimum("AICMP/RetargetGame-v0", small) == doctest::Approx(0.05 * 0.5).epsilon(1e-8));
}

TEST_CASE("Selfish mining: Eyal and Sirer's closed form, Sapirshtein's optimum") {
  const std::string id = "AICMP/SelfishMining-v0";
  // Within a unit of the last digit that is published.
  struct Point {
    std::string alpha, gamma;
    double optimal, digit;
  };
  for (const auto& [alpha, gamma, optimal, digit] :
       {Point{".35", ".0", .37077, 1e-5}, Point{".30", ".5", .32687, 1e-5},
        Point{".35", ".5", .43018, 1e-5}, Point{".25", ".5", .25, 1e-5}}) {
    const double seen = optimum(id, {"alpha=0" + alpha, "gamma=0" + gamma, "max_fork=60"});
    CHECK(std::abs(seen - optimal) < digit);
  }
  // The last decision of an episode may settle a branch more than it has blocks left.
  const double edge = 5.0 / 1008.0;
  check_mean(score(id, "honest", 2000), .35, edge);
  check_mean(score(id, "sm1", 2000), selfish_mining_revenue(.35, .5), edge);
  check_mean(score(id, "optimal", 2000), optimum(id), edge);
  // Where nobody, or everybody, mines on the attacker's block in a race.
  for (const double gamma : {0.0, 1.0}) {
    check_mean(score(id, "sm1", 2000, {"alpha=0.33", "gamma=" + std::to_string(gamma)}),
               selfish_mining_revenue(.33, gamma), edge);
  }
}

TEST_CASE("Rules of real pools: what they cost a constant miner of 200 TH/s") {
  // Economics, section 3.2: 31.8 ppm at best; node-stratum 50.3 and 207 changes a day, from
  // intervals of 15 s that it measures 24 of. Here difficulty acts from the next minute on.
  const std::string id = "AICMP/ShareDifficulty-v0";
  const std::vector<std::string> plain = {"actions=rate", "start_error=1", "share_cost_usd=1e-8",
                                          "change_seconds=0"};
  CHECK(optimum(id, plain) == doctest::Approx(-31.8).epsilon(2e-3));
  const double ckpool = score(id, "vardiff_ckpool", 40, plain).mean();
  CHECK(ckpool < -31.7);
  CHECK(ckpool > -36.0);
  CHECK(score(id, "vardiff_nomp", 40, plain).mean() == doctest::Approx(-50.3).epsilon(0.04));
  const std::vector<std::string> dear = {"actions=rate", "start_error=1", "share_cost_usd=1e-8",
                                         "change_seconds=0.2"};
  const double a_day =
      (score(id, "vardiff_nomp", 40, plain).mean() - score(id, "vardiff_nomp", 40, dear).mean()) *
      1e-6 * 86400.0 / 0.2;
  CHECK(a_day == doctest::Approx(207.0).epsilon(0.1));
  // From a hundredth to a hundred times the best difficulty each finds its way.
  const std::vector<std::string> wrong = {"actions=rate", "change_seconds=0"};
  const double fixed = score(id, "fixed", 40, wrong).mean();
  for (const char* name : {"vardiff_ckpool", "vardiff_datum", "vardiff_public_pool", "vardiff_nomp",
                           "vardiff_miningcore", "vardiff_sv2_classic"}) {
    CAPTURE(std::string(name));
    CHECK(score(id, name, 40, wrong).mean() > fixed);
  }
}

TEST_CASE("C26: the best share rate of a constant miner") {
  const std::string id = "AICMP/ShareDifficulty-v0";
  CHECK(optimum(id) == doctest::Approx(-10.055).epsilon(1e-3));
  // An oracle that starts right pays the optimum, but for the grid of half octaves: a quarter of an
  // octave away costs cosh(log(2) / 4) - 1 = 1.5 % more.
  const Moments oracle = score(id, "oracle", 200, {"start_error=1"});
  CHECK(oracle.mean() <= -10.05);
  CHECK(oracle.mean() >= -10.055 * 1.0151);
  // What may aim at any rate reaches the best one itself.
  const std::vector<std::string> any_rate = {"actions=rate", "start_error=1"};
  CHECK(score(id, "oracle", 200, any_rate).mean() == doctest::Approx(-10.055).epsilon(1e-4));
  // Whatever the size of the miner, that is 100 % of the least cost.
  const std::vector<std::string> any_size = {"actions=rate", "start_error=1", "costs_in=percent",
                                             "hash_min_ths=1", "hash_max_ths=1000"};
  CHECK(optimum(id, any_size) == -100.0);
  CHECK(score(id, "oracle", 200, any_size).mean() == doctest::Approx(-100.0).epsilon(1e-4));
}

}  // namespace
}  // namespace aicmp
