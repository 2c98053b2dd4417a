#include <cmath>

#include <fmt/format.h>

#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

constexpr double kBlocks = 4000.0;

/// One world's hopper: what it was paid and its work in the pool, both in what always mining pays
/// in a round.
struct Hopper {
  double blocks = 0.0;
  double work = 0.0;
  std::vector<double> pay;  // by scheme
};

/// A miner of `part` of the hash rate that leaves rounds at `leave` of D, beside one that stays.
/// `always` is the part of a block that it would be paid for staying.
std::vector<Hopper> hoppers(const std::vector<std::string>& schemes, double part, double always,
                            double leave, const Effort& effort) {
  BareScenario bare;
  bare.difficulty = 1e14;
  bare.mean_interval_s = 600.0;
  bare.blocks = kBlocks;
  bare.fidelity = Fidelity::kFlow;
  bare.schemes = schemes;
  Scenario scenario = bare.build();
  scenario.pool.difficulty_rule = ShareDifficultyRule::kTargetRate;
  scenario.pool.target_shares_per_min = 6e4;
  GroupConfig& stays = scenario.fleet.groups.front();
  GroupConfig hops = stays;
  hops.name = "hopper";
  hops.behaviour = Behaviour::kHop;
  hops.hop_after = leave;
  hops.size.list_ths[0] *= part;
  stays.size.list_ths[0] *= 1.0 - part;
  scenario.fleet.groups.push_back(hops);
  return finished_worlds(scenario, effort, effort.worlds(100), [&](const World& world) {
    Hopper hopper;
    hopper.blocks = static_cast<double>(world.totals().pool_blocks);
    hopper.work = world.pool().work()[1] / bare.difficulty / part;
    for (const Account& account : world.pool().accounts()) {
      hopper.pay.push_back(account.book.earned()[1].btc() / kBareSubsidyBtc / always);
    }
    return hopper;
  });
}

/// Gain by round over always being paid fairly.
Row gain_row(const Claim& claim, const std::vector<Hopper>& worlds, std::size_t scheme) {
  Ratio gain;
  for (const Hopper& world : worlds) gain.add(world.pay[scheme] - world.work, world.blocks);
  return ratio_row(claim, gain);
}

std::vector<Row> hop_between_rounds(const Effort& effort) {
  constexpr double kPart = 1e-4;
  const double leave = closed_form::eta_round_hop_best(1.0);
  const double expected = closed_form::eta_round_hop_gain(1.0, leave);
  const auto worlds = hoppers({"prop", "pplns:2", "pps", "geo:0.3"}, kPart, kPart, leave, effort);
  Ratio efficiency, kept;
  for (const Hopper& world : worlds) {
    efficiency.add(world.pay[0], world.work);
    kept.add(world.pay[3] - 0.7 * world.work, world.blocks);
  }
  // The hopper is kPart of the rounds that it shares.
  return {gain_row({"11.prop", fmt::format("gain of leaving PROP at {:.5f}", leave), expected,
                    2.0 * kPart},
                   worlds, 0),
          ratio_row({"11.efficiency", "its pay per work, over fair",
                     1.0 + expected / -std::expm1(-leave), 4.0 * kPart},
                    efficiency),
          // The last window is not paid in full.
          gain_row({"11.pplns", "the same under PPLNS X = 2", 0.0, 1.0 / kBlocks}, worlds, 1),
          gain_row({"11.pps", "the same under PPS", 0.0, 1e-6}, worlds, 2),
          ratio_row({"11.geo", "the same under GEO c = .3", 0.0, 1.0 / kBlocks}, kept)};
}

std::vector<Row> eta_round(const Effort& effort) {
  std::vector<Row> rows;
  constexpr double kAlways = 1e-4;
  for (const double eta : {0.5, 0.7, 0.9}) {
    const double leave = closed_form::eta_round_hop_best(eta);
    const auto worlds = hoppers({fmt::format("eta-r:{}", eta)}, std::pow(kAlways, 1.0 / eta),
                                kAlways, leave, effort);
    rows.push_back(
        gain_row({fmt::format("C17.eta{:g}", eta),
                  fmt::format("gain of leaving ETA-R, eta = {:g}, at {:.3f}", eta, leave),
                  closed_form::eta_round_hop_gain(eta, leave), 2.0 * kAlways},
                 worlds, 0));
  }
  return rows;
}

}  // namespace

std::vector<Case> hop_cases() {
  return {{"11", "hopping between rounds of PROP, PPLNS, PPS, GEO", hop_between_rounds, {"C09"}},
          {"C17", "hopping between rounds of ETA-R", eta_round}};
}

}  // namespace aicmp
