#include <cmath>

#include <fmt/format.h>

#include "sim/game/participation.hpp"
#include "sim/game/pool_choice.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

constexpr double kFee = 0.005;
constexpr double kOutsideFee = 0.015;

/// A pool of this size that pays by eta. Its miners go by the rule, look at it once, on the first
/// evening, and all act on what they wish.
Scenario choosing_world(double pool_share, double eta) {
  BareScenario bare;
  bare.difficulty = 1e12;
  bare.share_difficulty = 1e6;
  bare.pool_share = pool_share;
  bare.mean_interval_s = 600.0;
  bare.blocks = 1.5 * 144.0;
  bare.schemes = {fmt::format("eta:{}:fee={}", eta, kFee)};
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  GroupConfig& group = scenario.fleet.groups.front();
  group.behaviour = Behaviour::kChoose;
  group.choice.leave_per_week = group.choice.join_per_week = 1e9;
  group.choice.judges_by = PoolJudgement::kRule;
  return scenario;
}

/// The part of an account's hash rate that is inside at the end.
double inside(const Scenario& scenario, std::size_t account, const Effort& effort) {
  return finished_worlds(scenario, effort, 1, [&](const World& world) {
    return world.whereabouts().choosers().inside()[account];
  })[0];
}

// --- C18 -----------------------------------------------------------------------------------------

std::vector<Row> divisible(const Effort& effort) {
  constexpr std::size_t kMiners = 20;
  constexpr std::int64_t kParts = 1000;
  const std::vector<double> sizes(kMiners, 1.0);
  std::vector<Row> rows = {exact_row({"C18", "20 equal miners: eta_c", 0.989421, 5e-7},
                                     critical_eta(kMiners, kFee, kOutsideFee))};
  for (const double eta : {0.99, 0.985, 0.95}) {
    Scenario scenario = choosing_world(0.02, eta);
    GroupConfig& group = scenario.fleet.groups.front();
    group.size.list_ths.assign(1, group.size.list_ths[0] / kMiners);
    group.count = kMiners;
    group.choice.risk_aversion = 0.0;
    group.choice.divide_into = kParts;
    scenario.fleet.outside = {{"pps", OutsidePool::Pays::kPps, kOutsideFee}};
    // The best of the parts is next to the best of all.
    rows.push_back(exact_row({fmt::format("C18.eta{:g}", eta),
                              fmt::format("part that 20 miners leave in the pool, eta = {:g}", eta),
                              best_stake({sizes, eta, kFee, kOutsideFee}, sizes, 0), 1.0 / kParts},
                             inside(scenario, 0, effort)));
  }
  rows.push_back(exact_row(
      {"C18.collapse", "miners of 20 left after 20 best responses, eta = .985", 1.1, 0.05},
      kMiners * best_response_dynamics({sizes, 0.985, kFee, kOutsideFee}, 20).path[20]));
  return rows;
}

// --- C19 -----------------------------------------------------------------------------------------

constexpr double kPplnsOutside = 0.05;
constexpr double kPpsFee = 0.025;
const std::vector<MinerType> kTypes = {
    {"small", 20, 1e-4, 0.0}, {"medium", 5, 1e-3, 0.0}, {"large", 1, 1e-2, 0.0}};

std::vector<MinerType> types_with(double risk_aversion) {
  std::vector<MinerType> types = kTypes;
  for (MinerType& type : types) type.risk_aversion = risk_aversion;
  return types;
}

/// Whether the large miner stays while all are in the pool: 1 or 0.
double large_stays(double eta, double risk_aversion, const Effort& effort) {
  double share = 0.0;
  for (const MinerType& type : kTypes) share += type.count * type.network_share;
  Scenario scenario = choosing_world(share, eta);
  GroupConfig group = scenario.fleet.groups.front();
  const double all_ths = group.size.list_ths[0];
  group.choice.risk_aversion = risk_aversion;
  scenario.fleet.groups.clear();
  std::size_t accounts = 0;
  for (const MinerType& type : kTypes) {
    group.name = type.name;
    group.count = type.count;
    group.size.list_ths = {all_ths * type.network_share / share};
    scenario.fleet.groups.push_back(group);
    accounts += static_cast<std::size_t>(type.count);
  }
  scenario.fleet.outside = {{"pplns", OutsidePool::Pays::kPplns, kOutsideFee, kPplnsOutside},
                            {"pps", OutsidePool::Pays::kPps, kPpsFee}};
  return inside(scenario, accounts - 1, effort);
}

std::vector<Row> indifference(const Effort& effort) {
  constexpr double kNear = 2e-5;
  std::vector<Row> rows;
  for (const auto& [risk_aversion, published] :
       {std::pair(0.0, 0.991785), std::pair(0.3, 0.992134), std::pair(1.0, 0.992951)}) {
    PoolChoiceGame game{
        .types = types_with(risk_aversion),
        .pools = {{"eta", PoolOffer::Rule::kShared, kFee, published},
                  {"pplns", PoolOffer::Rule::kShared, kOutsideFee, 1.0, kPplnsOutside},
                  {"pps", PoolOffer::Rule::kPps, kPpsFee}}};
    const std::string id = fmt::format("C19.g{:g}", risk_aversion);
    const std::string who = fmt::format("risk aversion {:g}: ", risk_aversion);
    rows.push_back(exact_row({id, who + "eta* of the large miner", published, 5e-7},
                             indifferent_eta(game, /*type=*/2, /*eta_pool=*/0, /*other=*/1)));
    rows.push_back(exact_row({id + "-above", who + "it stays at eta* + 2e-5", 1.0},
                             large_stays(published + kNear, risk_aversion, effort)));
    rows.push_back(exact_row({id + "-below", who + "it stays at eta* - 2e-5", 0.0},
                             large_stays(published - kNear, risk_aversion, effort)));
  }
  return rows;
}

// --- C20 -----------------------------------------------------------------------------------------

std::vector<Row> certainty_equivalent(const Effort& effort) {
  constexpr double kMean = 30.0;
  constexpr double kSize = 0.032;
  constexpr double kAlpha = 5.0;
  constexpr std::size_t kMiners = 50;
  BareScenario bare;
  bare.difficulty = 1e5;
  bare.sizes.assign(kMiners, 1.0);
  bare.blocks = kMean * kMiners;
  bare.schemes = {"solo"};
  bare.fidelity = Fidelity::kFlow;
  Moments utility;  // 1 - utility of wealth
  for (const auto& world :
       finished_worlds(bare.build(), effort, effort.worlds(400), [](const World& w) {
         std::vector<double> disutilities;
         for (const Satoshi earned : w.pool().accounts().front().book.earned()) {
           const double blocks = earned.btc() / kBareSubsidyBtc;
           disutilities.push_back(std::exp(-kAlpha * kSize * blocks));
         }
         return disutilities;
       })) {
    for (const double u : world) utility.add(u);
  }
  Row row = mean_row({"C20", "CARA worth of 30 payouts of .032, alpha = 5",
                      closed_form::cara_equivalent(kMean, kSize, kAlpha)},
                     utility);
  row.half_width /= kAlpha * row.seen;  // delta method for -ln(E) / alpha
  row.seen = -std::log(row.seen) / kAlpha;
  return {row};
}

}  // namespace

std::vector<Case> choice_cases() {
  return {{"C18", "divisible hash rate and eta_c", divisible},
          {"C19", "the large miner's eta*", indifference},
          {"C20", "certainty equivalent of pay", certainty_equivalent}};
}

}  // namespace aicmp
