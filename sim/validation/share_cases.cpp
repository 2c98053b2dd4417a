#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/engine/superposition.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

// --- 2, 9 ----------------------------------------------------------------------------------------

std::vector<Row> rates(const Effort& effort) {
  constexpr double kHashes = 100e12;
  constexpr double kShareDifficulty = 65'536.0;
  BareScenario bare;
  bare.difficulty = 1e8;
  bare.share_difficulty = kShareDifficulty;
  bare.mean_interval_s = bare.difficulty * kHashesPerWork / kHashes;
  bare.blocks = 20'000.0;
  bare.fidelity = Fidelity::kFlow;
  Moments rate;
  Ratio blocks;
  for (const auto& [shares, found, seconds] :
       finished_worlds(bare.build(), effort, effort.worlds(100), [](const World& world) {
         return std::array{static_cast<double>(world.pool().share_counts().accepted[0]),
                           static_cast<double>(world.totals().pool_blocks),
                           world.now().in_seconds()};
       })) {
    rate.add(shares / seconds);
    blocks.add(found, shares);
  }
  return {mean_row({"2.rate", "shares per second: 100 TH/s, difficulty 65536",
                    kHashes / (kShareDifficulty * kHashesPerWork)},
                   rate),
          ratio_row({"2.block", "part of shares that are blocks, D = 1e8",
                     kShareDifficulty / bare.difficulty},
                    blocks)};
}

/// Difficulties that shares of difficulty 1 achieved: the hash of a share is uniform below its
/// target.
std::vector<double> achieved_difficulties(const Effort& effort, std::int64_t shares) {
  const std::array rates = {1.0};
  FixedSuperposition process({effort.seed, 0, 0}, StreamId::kShares, rates);
  std::vector<double> achieved;
  const auto count = static_cast<std::size_t>(effort.worlds(shares));
  while (achieved.size() < count) {
    for (const Arrival& share : process.next_batch(Time::forever())) {
      achieved.push_back(0x1p32 / (static_cast<double>(share.mark) + 0.5));
    }
  }
  return achieved;
}

std::vector<Row> achieved_rows(const Effort& effort) {
  std::vector<Row> rows;
  const auto achieved = achieved_difficulties(effort, 1'000'000);
  for (const double k : {2.0, 10.0, 1000.0}) {
    Moments above;
    for (const double difficulty : achieved) above.add(difficulty > k ? 1.0 : 0.0);
    rows.push_back(fraction_row({fmt::format("2.k{:g}", k),
                                 fmt::format("part of shares that achieve {:g} D_s", k), 1.0 / k},
                                above));
  }
  return rows;
}

/// What a share of difficulty 1 would be credited with if its miner might choose among
/// difficulties up to `ratio` after it is found; the engine credits that of the job (C28.job).
std::vector<Row> chosen_afterwards(const Effort& effort) {
  std::vector<Row> rows;
  const auto achieved = achieved_difficulties(effort, 1'000'000);
  for (const double ratio : {4.0, 16.0}) {
    Moments two, any;
    for (const double difficulty : achieved) {
      two.add(difficulty >= ratio ? ratio : 1.0);
      any.add(std::min(difficulty, ratio));
    }
    const std::string id = fmt::format("C28.r{:g}", ratio);
    rows.push_back(mean_row(
        {id + "-two", fmt::format("credit by the better of 1 and {:g}", ratio), 2.0 - 1.0 / ratio},
        two));
    rows.push_back(mean_row(
        {id + "-any", fmt::format("credit by the best up to {:g}", ratio), 1.0 + std::log(ratio)},
        any));
  }
  return rows;
}

std::vector<Row> stale_shares(const Effort& effort) {
  constexpr std::array kLatencies = {0.1, 1.0, 5.0};
  BareScenario bare;
  bare.difficulty = 1e12;
  bare.share_difficulty = 100.0;
  bare.pool_share = 1e-5;
  bare.mean_interval_s = 600.0;
  bare.blocks = 20'000.0;
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  const GroupConfig group = scenario.fleet.groups.front();
  scenario.fleet.groups.clear();
  for (const double latency : kLatencies) {
    scenario.fleet.groups.push_back(group);
    scenario.fleet.groups.back().name = fmt::format("{} s", latency);
    scenario.fleet.groups.back().latency_ms = 1e3 * latency;
  }
  std::array<Ratio, kLatencies.size()> stale;
  for (const auto& counts :
       finished_worlds(scenario, effort, effort.worlds(200),
                       [](const World& world) { return world.pool().share_counts(); })) {
    for (std::size_t i = 0; i < kLatencies.size(); ++i) {
      stale[i].add(static_cast<double>(counts.stale[i]),
                   static_cast<double>(counts.stale[i] + counts.accepted[i]));
    }
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < kLatencies.size(); ++i) {
    rows.push_back(
        ratio_row({fmt::format("9.l{:g}", kLatencies[i]),
                   fmt::format("stale shares at {:g} s of latency", kLatencies[i]),
                   closed_form::stale_share_fraction(kLatencies[i], bare.mean_interval_s)},
                  stale[i]));
  }
  return rows;
}

// --- 16, 20, 22 ----------------------------------------------------------------------------------

/// Shares that each miner sent between settlements.
class WindowCounts final : public Observer {
 public:
  void on_payout(const World& world, std::span<const PayoutBatch>) override {
    const auto& now = world.pool().share_counts().accepted;
    last_.resize(now.size(), 0);
    for (std::size_t i = 0; i < now.size(); ++i) {
      counts.push_back(static_cast<double>(now[i] - last_[i]));
    }
    last_ = now;
  }
  std::vector<double> counts;

 private:
  std::vector<std::int64_t> last_;
};

/// Counts of miners in windows of `window_s`, at a target rate.
std::vector<double> counts_in_windows(const Effort& effort, double per_min, double window_s) {
  BareScenario bare;
  bare.difficulty = 1e12;
  bare.pool_share = 1e-6;
  bare.sizes.assign(100, 1.0);
  bare.mean_interval_s = 600.0;
  bare.blocks = 100.0 * window_s / bare.mean_interval_s;
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  scenario.pool.difficulty_rule = ShareDifficultyRule::kTargetRate;
  scenario.pool.target_shares_per_min = per_min;
  scenario.pool.settlement_hours = window_s / 3600.0;
  std::vector<double> all;
  for (const auto& counts :
       watched_worlds<WindowCounts>(scenario, effort, effort.worlds(100),
                                    [](const World&, WindowCounts& seen) { return seen.counts; })) {
    all.insert(all.end(), counts.begin(), counts.end());
  }
  return all;
}

std::vector<Row> hash_rate_estimate(const Effort& effort) {
  std::vector<Row> rows;
  for (const double per_min : {6.0, 18.0}) {
    rows.push_back(cv_row({fmt::format("16.r{:g}", per_min),
                           fmt::format("CV of counted hash rate, {:g}/min for 5 min", per_min),
                           1.0 / std::sqrt(5.0 * per_min)},
                          counts_in_windows(effort, per_min, 300.0)));
  }
  return rows;
}

std::vector<Row> estimator_bias(const Effort& effort) {
  constexpr double kEta = 0.8;
  std::vector<Row> rows;
  for (const double n : {1.0, 10.0, 30.0}) {
    std::vector<double> powers;
    for (const double count : counts_in_windows(effort, 6.0, 10.0 * n)) {
      powers.push_back(count > 0.0 ? std::pow(count / n, kEta) : 0.0);
    }
    rows.push_back(mean_row(
        {fmt::format("20.n{:g}", n), fmt::format("E[N^.8] / n^.8 of counts of mean {:g}", n),
         closed_form::power_of_count(n, kEta)},
        powers));
  }
  return rows;
}

/// Luck of every k blocks in a row: the work that they took over what they take on average.
class Luck final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock&) override {
    work.push_back(world.pool().expected_blocks());
  }
  std::vector<double> work;
};

std::vector<Row> luck(const Effort& effort) {
  BareScenario bare;
  bare.difficulty = 1e7;
  bare.blocks = 3200.0;
  bare.fidelity = Fidelity::kFlow;
  const auto worlds =
      watched_worlds<Luck>(bare.build(), effort, effort.worlds(300),
                           [](const World&, Luck& seen) { return std::move(seen.work); });
  std::vector<Row> rows;
  for (const std::int64_t k : {std::int64_t{10}, std::int64_t{144}}) {
    const auto bounds = closed_form::luck_interval(k, 0.95);
    Moments inside;
    for (const auto& work : worlds) {
      const auto step = static_cast<std::size_t>(k);
      for (std::size_t i = step; i < work.size(); i += step) {
        const double value = (work[i] - work[i - step]) / static_cast<double>(k);
        inside.add(value >= bounds.low && value <= bounds.high ? 1.0 : 0.0);
      }
    }
    rows.push_back(fraction_row(
        {fmt::format("22.k{}", k),
         fmt::format("luck of {} blocks inside [{:.4f}, {:.4f}]", k, bounds.low, bounds.high),
         0.95},
        inside));
  }
  return rows;
}

}  // namespace

std::vector<Case> share_cases() {
  return {{"2", "share rates and achieved difficulties",
           [](const Effort& effort) {
             std::vector<Row> rows = rates(effort);
             for (Row& row : achieved_rows(effort)) rows.push_back(std::move(row));
             return rows;
           }},
          {"9", "stale shares by latency", stale_shares},
          {"16", "hash rate counted from shares", hash_rate_estimate},
          {"20", "bias of an eta of counts", estimator_bias},
          {"22", "luck intervals", luck},
          {"C28", "difficulty chosen after a share is found", chosen_afterwards}};
}

}  // namespace aicmp
