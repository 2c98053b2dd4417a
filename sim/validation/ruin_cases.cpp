#include <fmt/format.h>

#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

/// A PPS pool that is the whole network, its pay nearly a steady flow, with so many blocks in
/// reserve; its blocks come every second.
std::vector<double> ruin_times(const Effort& effort, std::int64_t worlds, double reserve,
                               double fee, double blocks) {
  BareScenario bare;
  bare.difficulty = 1e8;
  bare.blocks = blocks;
  bare.fidelity = Fidelity::kFlow;
  bare.schemes = {fmt::format("pps:{}", fee)};
  Scenario scenario = bare.build();
  scenario.pool.payout.reserve_btc = reserve * kBareSubsidyBtc;
  return finished_worlds(scenario, effort, worlds, [](const World& world) {
    const Book& book = world.pool().accounts().front().book;
    return book.ruined() ? book.ruin_time().in_seconds() : HUGE_VAL;
  });
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

}  // namespace

std::vector<Case> ruin_cases() {
  return {{"C10", "ruin of a PPS operator within a horizon", finite},
          {"12", "ruin of a PPS operator for ever", for_ever},
          {"C11", "the reserve that leaves one per cent of ruin", reserves}};
}

}  // namespace aicmp
