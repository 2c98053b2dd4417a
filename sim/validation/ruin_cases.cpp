#include <cmath>

#include <fmt/format.h>

#include "sim/experiment/ruin.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

/// A PPS pool that is the whole network, its pay nearly a steady flow, with so many blocks in
/// reserve; its blocks come every second.
Scenario pps_pool(double reserve, double fee, double blocks) {
  BareScenario bare;
  bare.difficulty = 1e8;
  bare.blocks = blocks;
  bare.fidelity = Fidelity::kFlow;
  bare.schemes = {fmt::format("pps:{}", fee)};
  Scenario scenario = bare.build();
  scenario.pool.payout.reserve_btc = reserve * kBareSubsidyBtc;
  return scenario;
}

/// When the operator was ruined; infinite if never.
double ruin_s(const World& world) {
  const Book& book = world.pool().accounts().front().book;
  return book.ruined() ? book.ruin_time().in_seconds() : HUGE_VAL;
}

std::vector<double> ruin_times(const Effort& effort, std::int64_t worlds, double reserve,
                               double fee, double blocks) {
  return finished_worlds(pps_pool(reserve, fee, blocks), effort, worlds, ruin_s);
}

Row ruin_row(const Claim& claim, const std::vector<double>& ruin_times, double blocks) {
  Moments ruined;
  for (const double time : ruin_times) ruined.add(time <= blocks ? 1.0 : 0.0);
  return fraction_row(claim, ruined);
}

struct Ruin {
  double reserve;
  double fee;
  double blocks;
  std::int64_t worlds;
};

Row finite_row(const Ruin& ruin, const std::vector<double>& times, double blocks) {
  return ruin_row({fmt::format("C10.r{:g}-t{:g}", ruin.reserve, blocks),
                   fmt::format("PPS ruin: reserve {:g} B, fee {:g}, {:g} blocks", ruin.reserve,
                               ruin.fee, blocks),
                   closed_form::ruin_probability(ruin.reserve, ruin.fee, blocks)},
                  times, blocks);
}

std::vector<Row> finite(const Effort& effort) {
  std::vector<Row> rows;
  const auto times = ruin_times(effort, effort.worlds(8000), 10.0, 0.02, 1000.0);
  for (const double blocks : {144.0, 1000.0}) {
    rows.push_back(finite_row({10.0, 0.02, 1000.0, 0}, times, blocks));
  }
  for (const Ruin& ruin : {Ruin{25.0, 0.02, 4320.0, 1600}, Ruin{50.0, 0.03, 4320.0, 1600}}) {
    rows.push_back(finite_row(
        ruin, ruin_times(effort, effort.worlds(ruin.worlds), ruin.reserve, ruin.fee, ruin.blocks),
        ruin.blocks));
  }
  return rows;
}

std::vector<Row> for_ever(const Effort& effort) {
  std::vector<Row> rows;
  for (const Ruin& ruin : {Ruin{20.0, 0.05, 3000.0, 3000}, Ruin{10.0, 0.10, 1000.0, 8000}}) {
    const double ever = closed_form::ruin_probability(ruin.reserve, ruin.fee);
    // What comes after the horizon.
    const double late = ever - closed_form::ruin_probability(ruin.reserve, ruin.fee, ruin.blocks);
    rows.push_back(ruin_row(
        {fmt::format("12.f{:g}", ruin.fee),
         fmt::format("PPS ruin ever: reserve {:g} B, fee {:g}", ruin.reserve, ruin.fee), ever,
         late},
        ruin_times(effort, effort.worlds(ruin.worlds), ruin.reserve, ruin.fee, ruin.blocks),
        ruin.blocks));
  }
  return rows;
}

std::vector<Row> reserves(const Effort& effort) {
  const double fee = 0.05;
  const double blocks = 3000.0;
  const double reserve = closed_form::reserve_for(0.01, fee);
  return {
      ruin_row({"C11.f0.05", fmt::format("PPS ruin with the reserve for 1 % ({:.2f} B)", reserve),
                0.01, 0.01 - closed_form::ruin_probability(reserve, fee, blocks)},
               ruin_times(effort, effort.worlds(3000), reserve, fee, blocks), blocks)};
}

/// Half of the network, whose blocks may lose the race if they come within the delay after one of
/// the others. Ruin is compared with that at the orphan rate which the worlds had.
Row orphaned_ruin(const Ruin& ruin, double delay_s, const Effort& effort) {
  constexpr double kShare = 0.5;
  Scenario scenario = pps_pool(ruin.reserve, ruin.fee, ruin.blocks / kShare);
  GroupConfig& group = scenario.fleet.groups.front();
  scenario.network.hash_rate_ehs = (1.0 - kShare) * group.size.list_ths[0] * 1e-6;
  group.size.list_ths[0] *= kShare;
  scenario.network.propagation_delay_s = delay_s;
  struct Sample {
    double ruin_s, orphans, found;
  };
  double orphans = 0.0;
  double found = 0.0;
  std::vector<double> times;
  for (const Sample& s :
       finished_worlds(scenario, effort, effort.worlds(ruin.worlds), [](const World& world) {
         const auto lost = static_cast<double>(world.totals().pool_stale_blocks);
         return Sample{ruin_s(world), lost, lost + static_cast<double>(world.totals().pool_blocks)};
       })) {
    times.push_back(s.ruin_s);
    orphans += s.orphans;
    found += s.found;
  }
  const double rate = orphans / found;
  return ruin_row({fmt::format("C12.r{:g}-t{:g}", ruin.reserve, ruin.blocks),
                   fmt::format("PPS ruin: {:g} B, fee {:g}, orphans {:.2f} %, {:g} blocks",
                               ruin.reserve, ruin.fee, 100.0 * rate, ruin.blocks),
                   closed_form::ruin_probability(ruin.reserve, fee_after_orphans(ruin.fee, rate),
                                                 ruin.blocks * (1.0 - rate))},
                  times, ruin.blocks / kShare);
}

std::vector<Row> orphans(const Effort& effort) {
  return {
      exact_row({"C12.fee", "fee of 2 % after orphans of .5 %", .0150754, 5e-8},
                fee_after_orphans(.02, .005)),
      exact_row({"C12.ever", "PPS ruin ever: reserve 50 B, fee .02, orphans .5 %", .21808, 5e-6},
                ruin_probability({50.0, fee_after_orphans(.02, .005)})),
      orphaned_ruin({50.0, 0.02, 4320.0, 1600}, 0.02, effort),
      orphaned_ruin({15.0, 0.08, 1000.0, 4000}, 0.16, effort)};
}

}  // namespace

std::vector<Case> ruin_cases() {
  return {{"C10", "ruin of a PPS operator within a horizon", finite},
          {"12", "ruin of a PPS operator for ever", for_ever},
          {"C11", "the reserve that leaves one per cent of ruin", reserves},
          {"C12", "orphans eat the fee of a PPS operator", orphans}};
}

}  // namespace aicmp
