#include "envs/validation/decision_cases.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "envs/rollout.hpp"
#include "sim/base/units.hpp"
#include "sim/game/selfish_mining.hpp"
#include "sim/pool/vardiff/share_cost.hpp"
#include "sim/validation/estimate.hpp"

namespace aicmp {
namespace {

using Overrides = std::vector<std::string>;

/// What the problem's solver finds; published to within half of `digit`.
Row optimum_row(const Claim& claim, const std::string& id, const Overrides& overrides,
                double digit) {
  Claim published = claim;
  published.bias += digit;
  return exact_row(published, make_environment(id, {}, "", overrides)->optimum()->value);
}

/// What a policy scores in worlds of the problem.
struct Play {
  std::string id;
  std::string policy;
  std::int64_t worlds;
  Overrides overrides;
  std::vector<double> parameters;
};

Row play_row(const Claim& claim, const Play& play, const Effort& effort) {
  const auto worlds = static_cast<std::size_t>(effort.worlds(play.worlds));
  return mean_row(
      claim, score(play.id, play.policy, worlds, play.overrides, play.parameters, effort.seed));
}

// --- 13, 14 --------------------------------------------------------------------------------------

const std::string kSelfishMining = "AICMP/SelfishMining-v0";
constexpr double kBlocks = 20'000.0;
/// The last decision of an episode may settle a branch more than it has blocks left.
constexpr double kLastBranch = 5.0 / kBlocks;

Overrides attack(double alpha, double gamma) {
  return {fmt::format("alpha={}", alpha), fmt::format("gamma={}", gamma), "max_fork=60",
          fmt::format("episode_blocks={}", kBlocks)};
}

std::vector<Row> selfish_mining(const Effort& effort) {
  std::vector<Row> rows;
  for (const auto& [name, alpha, gamma] :
       {std::tuple("13.a", .33, .0), std::tuple("13.b", .40, .5),
        std::tuple("13.threshold", selfish_mining_threshold(.5), .5)}) {
    rows.push_back(play_row(
        {name, fmt::format("SM1 with {:g} of the network, gamma = {:g}: its part", alpha, gamma),
         selfish_mining_revenue(alpha, gamma), kLastBranch},
        {kSelfishMining, "sm1", 128, attack(alpha, gamma), {}}, effort));
  }
  return rows;
}

std::vector<Row> optimal_selfish_mining(const Effort& effort) {
  std::vector<Row> rows;
  for (const auto& [name, gamma, published] :
       {std::tuple("14.a", .0, .37077), std::tuple("14.b", .5, .43018)}) {
    const Overrides overrides = attack(.35, gamma);
    const std::string what = fmt::format("optimal attack, .35 of the network, gamma = {:g}", gamma);
    rows.push_back(
        optimum_row({name, what + ": value", published}, kSelfishMining, overrides, 1e-5));
    rows.push_back(
        play_row({std::string(name) + "-played", what + ": its part", published, kLastBranch},
                 {kSelfishMining, "optimal", 128, overrides, {}}, effort));
  }
  return rows;
}

// --- 24, C29 -------------------------------------------------------------------------------------

const std::string kCurtailment = "AICMP/Curtailment-v0";

/// Two prices that alternate with these probabilities: up is a part p / (p + q) of the hours.
std::vector<Row> break_even(const Effort& effort) {
  constexpr double kUp = 0.2;
  constexpr double kDown = 0.3;
  constexpr double kRevenue = 92.0;
  std::vector<Row> rows;
  for (const double dear : {80.0, 100.0, 300.0}) {
    const Overrides overrides = {
        fmt::format("prices_usd_per_mwh=[40.0,{:.1f}]", dear),
        fmt::format("transitions=[{},{},{},{}]", 1 - kUp, kUp, kDown, 1 - kDown),
        fmt::format("revenue_usd_per_mwh={}", kRevenue),
        "restart_hours=0",
        "restart_wear_usd=0",
        "idle_power=0"};
    const double dear_hours = kUp / (kUp + kDown);
    const double expected =
        (1 - dear_hours) * (kRevenue - 40.0) + dear_hours * std::max(0.0, kRevenue - dear);
    const std::string id = fmt::format("24.p{:g}", dear);
    const std::string what = fmt::format("stop above break-even at 92, prices 40 and {:g}", dear);
    rows.push_back(optimum_row({id, what + ": USD/h, best"}, kCurtailment, overrides, 1e-9));
    rows.back().expected = expected;
    rows.push_back(play_row({id + "-greedy", what + ": USD/h, played", expected},
                            {kCurtailment, "greedy", 400, overrides, {}}, effort));
  }
  return rows;
}

std::vector<Row> curtailment(const Effort& effort) {
  // An episode of 2160 hours starts running, while a part of all hours starts off.
  const double start = (46.0 + 60.0) / 2160.0;
  const auto played = [&](const std::string& policy, double expected, double bias) {
    return play_row({"C29." + policy, "curtailment, " + policy + ": USD/h, played", expected, bias},
                    {kCurtailment, policy, 1000, {}, {}}, effort);
  };
  return {optimum_row({"C29", "curtailment, optimum: USD/h", 62.870464}, kCurtailment, {}, 1e-6),
          played("optimal", 62.870464, start), played("greedy", 59.789700, start),
          played("always", 57.665236, 0.0)};
}

// --- C23 -----------------------------------------------------------------------------------------

const std::string kRetargetGame = "AICMP/RetargetGame-v0";

std::vector<Row> retarget_game(const Effort& effort) {
  // The page has epochs of exactly their mean time, as have the first rows.
  const Overrides exact = {"random_times=false", "fortnights=20000"};
  const Overrides fine = {"random_times=false", "fortnights=20000", "levels=101"};
  const double edge = 0.05 / 20'000;  // the first epoch
  const auto mean_times = [&](const std::string& policy, double expected) {
    return exact_row({"C23." + policy, "epoch game, " + policy + ", mean times", expected, edge},
                     score(kRetargetGame, policy, 1, fine).mean());
  };
  // With random times the difficulty is hash / span, and a span of 2015 intervals makes its mean
  // 2016 / 2014 times as high: epochs take so much longer.
  const double longer = 2016.0 / 2014.0;
  const Overrides random = {"fortnights=2000"};
  const auto random_times = [&](const std::string& policy, double expected) {
    return play_row(
        {"C23." + policy + "-random", "epoch game, " + policy + ", random times", expected, 2e-5},
        {kRetargetGame, policy, 200, random, {}}, effort);
  };
  return {optimum_row({"C23", "epoch game, s = .2, cost .95: optimum", 0.0234146}, kRetargetGame,
                      exact, 1e-7),
          mean_times("on_off", 0.0234146),
          mean_times("constant", 0.0164404),
          mean_times("always", 0.01),
          random_times("on_off", (.2 - .19 * .8 * longer) / (2.05 * longer)),
          random_times("always", .2 / longer - .19)};
}

// --- C26 -----------------------------------------------------------------------------------------

std::vector<Row> share_difficulty(const Effort& effort) {
  const std::string id = "AICMP/ShareDifficulty-v0";
  constexpr double kHashes = 200e12;
  const double rate = ShareCost().best_rate(kHashes);
  return {
      exact_row({"C26.rate", "best share rate of 200 TH/s, per s", .5819, 5e-5}, rate),
      exact_row({"C26.difficulty", "its difficulty", 8.0e4, 50.0}, kHashes / kHashesPerWork / rate),
      optimum_row({"C26", "what it costs, ppm of revenue", -10.055}, id, {}, 1e-3),
      play_row({"C26.played", "the same, played", -10.055, 1e-3},
               {id, "fixed", 64, {"start_error=1"}, {}}, effort)};
}

// --- C30, C31 ------------------------------------------------------------------------------------

std::vector<Row> coincident_peak(const Effort& effort) {
  const std::string id = "AICMP/CoincidentPeak-v0";
  std::vector<Row> rows;
  for (const auto& [charge, cost] :
       {std::pair(10, 1.95112), std::pair(30, 2.17751), std::pair(100, 2.36888)}) {
    const Overrides charged = {fmt::format("charge_usd={}", charge)};
    const std::string name = fmt::format("C30.k{}", charge);
    const std::string what = fmt::format("month's peak, charge {} c: USD", charge);
    rows.push_back(optimum_row({name, what, -cost}, id, charged, 1e-5));
    rows.push_back(play_row({name + "-played", what + ", played", -cost},
                            {id, "optimal", 20'000, charged, {}}, effort));
  }
  rows.push_back(play_row({"C30.every", "stop at every new maximum: USD", -3.99499},
                          {id, "new_peak", 20'000, {}, {}}, effort));
  return rows;
}

std::vector<Row> reserve(const Effort& effort) {
  const std::string id = "AICMP/Reserve-v0";
  const Overrides limited = {"limited_liability=true"};
  // After 9,000 days e^-9 of a value of at most 30 is left.
  const Overrides endless = {"limited_liability=true", "days=9000"};
  const double tail = 30.0 * std::exp(-9.0);
  const double digit = 0.01;
  return {optimum_row({"C31", "PPS or PPLNS by the reserve: V(10), B", 22.03}, id, limited, digit),
          optimum_row({"C31.free", "the same if changes are free", 25.21}, id,
                      {"limited_liability=true", "switch_cost_blocks=0"}, digit),
          play_row({"C31.band", "up at 7.7, down at 1.0: V(10), played", 22.03, tail + digit},
                   {id, "band", 1000, endless, {7.7, 1.0}}, effort),
          play_row({"C31.pps", "PPS alone: V(10), played", 17.73, tail + digit},
                   {id, "pps", 1000, endless, {}}, effort)};
}

}  // namespace

std::vector<Case> decision_cases() {
  return {{"13", "selfish mining by SM1", selfish_mining},
          {"14", "optimal selfish mining", optimal_selfish_mining},
          {"24", "stopping above break-even", break_even},
          {"C23", "idling to lower the next difficulty", retarget_game},
          {"C26", "the share difficulty that costs least", share_difficulty},
          {"C29", "curtailment with a restart cost", curtailment},
          {"C30", "the coincident peak", coincident_peak},
          {"C31", "the reserve of a pool that may pay PPS", reserve}};
}

}  // namespace aicmp
