#include <array>

#include <fmt/format.h>

#include "sim/game/withholding.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

constexpr double kEpochs = 12.0;

/// Hash rates as parts of the network.
struct Attack {
  double honest;      // in our pool
  double withheld;    // in our pool, and throws its blocks away
  double listed;      // mines in a pool of its own
  double lost = 0.0;  // withholds from others
};

/// PROP without a fee.
Scenario withholding_world(const Attack& attack, RetargetRule retarget) {
  BareScenario bare;
  bare.difficulty = 1e12;
  bare.share_difficulty = 1e6;
  bare.pool_share = attack.honest + attack.withheld;
  bare.mean_interval_s = 600.0;
  bare.blocks = kEpochs * static_cast<double>(kRetargetInterval);
  bare.schemes = {"prop"};
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  scenario.network.chain.retarget = retarget;
  scenario.network.chain.start_height = 899'136;  // opens an epoch
  const double outside = 1.0 - bare.pool_share - attack.lost;
  scenario.network.hash_rate_ehs *= outside / (1.0 - bare.pool_share);
  scenario.network.pools = {{"listed", attack.listed / outside}};
  GroupConfig& stays = scenario.fleet.groups.front();
  GroupConfig withholds = stays;
  withholds.name = "withholder";
  withholds.behaviour = Behaviour::kWithhold;
  stays.size.list_ths[0] *= attack.honest / bare.pool_share;
  withholds.size.list_ths[0] *= attack.withheld / bare.pool_share;
  scenario.fleet.groups.push_back(withholds);
  return scenario;
}

/// Income of everybody since the first retarget, or since the start where there is none.
class Incomes final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock& block) override {
    ++(block.winner.owner == kOurPool ? ours : block.winner.owner == kNobody ? others : listed);
    if (!block.block.retargeted || world.totals().retargets > 1) return;
    ours = listed = others = 0.0;
    paid_before_ = paid(world);
    begin_ = world.now();
  }
  /// Pay since then of our honest miner and of the withholder, in block rewards.
  std::array<double, 2> pay(const World& world) const {
    const auto now = paid(world);
    return {now[0] - paid_before_[0], now[1] - paid_before_[1]};
  }
  double expected_blocks(const World& world, double interval_s) const {
    return (world.now() - begin_).in_seconds() / interval_s;
  }
  double blocks() const { return ours + listed + others; }
  double ours = 0.0;
  double listed = 0.0;
  double others = 0.0;

 private:
  static std::array<double, 2> paid(const World& world) {
    const auto earned = world.pool().accounts().front().book.earned();
    return {earned[0].btc() / kBareSubsidyBtc, earned[1].btc() / kBareSubsidyBtc};
  }
  std::array<double, 2> paid_before_{};
  Time begin_;
};

// --- C21 -----------------------------------------------------------------------------------------

std::vector<Row> one_attacker(const Effort& effort) {
  constexpr WithholdingGame kGame{.attacker = 0.2, .victim = 0.3};
  const double inside = best_withholding(kGame);
  std::vector<Row> rows = {exact_row(
      {"C21.best", "(.2, .3): best part of the network to withhold", 0.0361395, 5e-8}, inside)};
  struct Sample {
    double attacker, victims, bystanders, expected;
  };
  for (const auto rule : {RetargetRule::kFixed, RetargetRule::kBitcoin}) {
    const bool after = rule == RetargetRule::kBitcoin;
    const double interval_s = after ? closed_form::retarget_mean_interval_s() : 600.0;
    const auto samples = watched_worlds<Incomes>(
        withholding_world({kGame.victim, inside, kGame.attacker - inside}, rule), effort,
        effort.worlds(200), [&](const World& world, const Incomes& incomes) {
          const auto [victims, attacker] = incomes.pay(world);
          return Sample{incomes.listed + attacker, victims, incomes.others,
                        incomes.expected_blocks(world, interval_s)};
        });
    Ratio attacker, victims, bystanders;
    for (const Sample& s : samples) {
      attacker.add(s.attacker, s.expected);
      victims.add(s.victims, s.expected * kGame.victim);
      bystanders.add(s.bystanders, s.expected * (1.0 - kGame.attacker - kGame.victim));
    }
    const std::string when = after ? "after" : "before";
    // A round that the first retarget cuts is counted whole, and the last one not at all.
    const double edge = after ? 2.0 / (kEpochs * static_cast<double>(kRetargetInterval)) : 0.0;
    rows.push_back(ratio_row(
        {"C21." + when, "the attacker's part of rewards " + when + " retargets",
         after ? withholding_revenue(kGame, inside) : withholding_before_retarget(kGame, inside),
         edge},
        attacker));
    if (!after) continue;
    rows.push_back(ratio_row(
        {"C21.victims", "what the victims earn, over fair", victim_density(kGame, inside), edge},
        victims));
    rows.push_back(ratio_row(
        {"C21.bystanders", "what the others earn, over fair", bystander_density(inside), edge},
        bystanders));
  }
  return rows;
}

// --- 15, C22 -------------------------------------------------------------------------------------

struct MutualAttack {
  std::string id;
  double sizes[2];
  double sent[2];     // published
  double density[2];  // published
};

/// The first pool is ours, with the spies of the second in it; the listed pool is the honest rest
/// of the second. Densities follow from the blocks of both pools: r1 (m1 + x21) = R1 + x12 r2, and
/// alike for the second.
std::vector<Row> mutual_rows(const MutualAttack& attack, const Effort& effort) {
  const MutualWithholding found = withholding_equilibrium(attack.sizes[0], attack.sizes[1]);
  const bool alike = attack.sizes[0] == attack.sizes[1];
  const int pools = alike ? 1 : 2;
  const std::string game =
      fmt::format("pools ({:g}, {:g}) attack: ", attack.sizes[0], attack.sizes[1]);
  std::vector<Row> rows;
  const auto name = [&](const char* of, int pool) {
    return attack.id + "." + of + (alike ? "" : std::to_string(pool + 1));
  };
  for (int i = 0; i < pools; ++i) {
    rows.push_back(exact_row({name("x", i), game + "sent", attack.sent[i], 5e-5}, found.sent[i]));
  }
  const double held1 = attack.sizes[0] + found.sent[1];  // hash rate that the first pays
  const double held2 = attack.sizes[1] + found.sent[0];
  const double determinant = held1 * held2 - found.sent[0] * found.sent[1];
  Ratio density[2];
  for (const Incomes& world :
       watched_worlds<Incomes>(withholding_world({attack.sizes[0] - found.sent[0], found.sent[1],
                                                  attack.sizes[1] - found.sent[1], found.sent[0]},
                                                 RetargetRule::kBitcoin),
                               effort, effort.worlds(200),
                               [](const World&, const Incomes& incomes) { return incomes; })) {
    density[0].add((world.ours * held2 + found.sent[0] * world.listed) / determinant,
                   world.blocks());
    density[1].add((world.listed * held1 + found.sent[1] * world.ours) / determinant,
                   world.blocks());
  }
  for (int i = 0; i < pools; ++i) {
    rows.push_back(
        ratio_row({name("r", i), game + "earned, over fair", attack.density[i], 5e-6}, density[i]));
  }
  return rows;
}

std::vector<Row> mutual(const Effort& effort) {
  std::vector<Row> rows;
  for (const MutualAttack& attack :
       {MutualAttack{"15.a", {.1, .1}, {.005293, .005293}, {.95720, .95720}},
        MutualAttack{"15.b", {.2, .1}, {.011637, .010281}, {.96624, .91066}},
        MutualAttack{"C22.a", {.2, .2}, {.0228, .0228}, {.928333, .928333}},
        MutualAttack{"C22.b", {.3, .3}, {.056727, .056727}, {.914685, .914685}}}) {
    for (Row& row : mutual_rows(attack, effort)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::vector<Case> withholding_cases() {
  return {{"15", "two pools withhold blocks from each other", mutual, {"C22"}},
          {"C21", "block withholding before and after the retarget", one_attacker}};
}

}  // namespace aicmp
