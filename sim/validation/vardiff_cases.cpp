#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/pool/vardiff/grid.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

// --- 17 ------------------------------------------------------------------------------------------

std::vector<Row> ladder(const Effort& effort) {
  constexpr double kPerMin = 6.0;
  VardiffConfig config;
  config.kind = VardiffKind::kSv2Classic;
  config.shares_per_min = kPerMin;
  const auto rule = make_vardiff_rule(config);
  std::vector<Row> rows;
  std::uint32_t entity = 0;
  for (const auto& [seconds, expected] :
       {std::pair(60.0, .1459), std::pair(120.0, .1088), std::pair(180.0, .0436),
        std::pair(240.0, .1240), std::pair(300.0, .4110)}) {
    Rng rng({effort.seed, 0, 0}, StreamId::kShares, entity++);
    Moments fires;
    for (std::int64_t i = 0; i < effort.worlds(40'000); ++i) {
      VardiffState state = rule->start(1e6, 0.0);
      const std::int64_t shares = poisson(rng, kPerMin / 60.0 * seconds);
      rule->on_shares(state, shares, 0.0, seconds, 1e6);
      fires.add(rule->on_poll(state, seconds) ? 1.0 : 0.0);
    }
    rows.push_back(fraction_row(
        {fmt::format("17.s{:g}", seconds),
         fmt::format("Stratum V2 ladder, right difficulty: fires at {:g} s", seconds), expected},
        fires));
  }
  return rows;
}

// --- 18 ------------------------------------------------------------------------------------------

GridCell cell_of(const Effort& effort, VardiffKind kind, const char* scenario) {
  GridConfig config;
  config.rule.kind = kind;
  config.shares_per_min = {0.0};
  config.scenarios = {grid_scenario(scenario)};
  config.trials = effort.worlds(4000);
  config.seed = effort.seed;
  config.cold_factor = kind == VardiffKind::kSv2Classic ? 1e5 : 100.0;
  return run_grid(config).front();
}

/// The error of a published number of 1000 trials, which is that of `bias` here.
Row part_row(const Claim& claim, double seen, std::int64_t trials) {
  const double error = std::sqrt(claim.expected * (1.0 - claim.expected));
  return {claim.id,
          claim.what,
          claim.expected,
          seen,
          4.0 * error / std::sqrt(static_cast<double>(trials)),
          std::max(claim.bias, 4.0 * error / std::sqrt(1000.0))};
}

std::vector<Row> rules(const Effort& effort) {
  const auto cell = [&](VardiffKind kind, const char* scenario) {
    return cell_of(effort, kind, scenario);
  };
  std::vector<Row> rows;
  const GridCell sv2 = cell(VardiffKind::kSv2Classic, "cold");
  rows.push_back(part_row({"18.sv2.conv", "Stratum V2 classic, 6/min, cold: converges", .855, .03},
                          sv2.converged, sv2.trials));
  rows.push_back(exact_row({"18.sv2.p50", "the same: median time, min", 12.0, 1.0},
                           sv2.convergence_p50_s / 60.0));
  for (const auto& [kind, name, expected] :
       {std::tuple(VardiffKind::kSv2Classic, "Stratum V2 classic", .71),
        std::tuple(VardiffKind::kCkpool, "ckpool", .014),
        std::tuple(VardiffKind::kDatum, "DATUM", .002), std::tuple(VardiffKind::kNomp, "NOMP", .64),
        std::tuple(VardiffKind::kMiningcore, "miningcore", .97),
        std::tuple(VardiffKind::kPublicPool, "public-pool", .06)}) {
    const GridCell step = cell(kind, "step-50");
    rows.push_back(part_row(
        {fmt::format("18.{}", vardiff_entry(kind).name),
         fmt::format("{}: half of the hash rate goes, seen in 5 min", name), expected, 0.0},
        step.reacted, step.trials));
  }
  // Four errors of 1000 published trials, and the last digit.
  for (const auto& [kind, name, expected, digit] :
       {std::tuple(VardiffKind::kCkpool, "ckpool", 17.8, .15),
        std::tuple(VardiffKind::kDatum, "DATUM", 8.03, .06),
        std::tuple(VardiffKind::kNomp, "NOMP", 4.26, .06),
        std::tuple(VardiffKind::kMiningcore, "miningcore", 4.31, .06)}) {
    rows.push_back(exact_row({fmt::format("18.m-{}", vardiff_entry(kind).name),
                              fmt::format("{}: shares per minute, steady", name), expected, digit},
                             cell(kind, "steady").mean_shares_per_min));
  }
  return rows;
}

// --- C28 -----------------------------------------------------------------------------------------

std::vector<Row> job_bound_credit(const Effort& effort) {
  BareScenario bare;
  bare.difficulty = 1e9;
  bare.sizes.assign(20, 1e6);
  bare.pool_share = 1e-6;
  bare.mean_interval_s = 600.0;
  bare.blocks = 72.0;
  Scenario scenario = bare.build();
  scenario.pool.difficulty_rule = ShareDifficultyRule::kNomp;
  scenario.pool.vardiff.start_difficulty = 1.0;
  Moments credited;
  for (const double part :
       finished_worlds(scenario, effort, effort.worlds(40), [](const World& world) {
         double work = 0.0;
         for (const double each : world.pool().work()) work += each;
         return work * kHashesPerWork /
                (world.pool().total_hashes_per_s() * world.now().in_seconds());
       })) {
    credited.add(part);
  }
  return {
      mean_row({"C28.job", "work credited per hash while the difficulty changes", 1.0}, credited)};
}

}  // namespace

std::vector<Case> vardiff_cases() {
  return {{"17", "the Stratum V2 ladder at a right difficulty", ladder},
          {"18", "share-difficulty rules of pools", rules},
          {"C28.job", "credit is bound to the job", job_bound_credit, {"C28"}}};
}

}  // namespace aicmp
