#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "sim/base/distributions.hpp"
#include "sim/fleet/energy_rule.hpp"
#include "tests/fleet/data_folder.hpp"

namespace aicmp {
namespace {

std::unique_ptr<EnergyRule> rule(EnergyRuleKind kind) {
  DecisionConfig config;
  config.rule = kind;
  return make_energy_rule(config);
}

/// 15-minute prices of the ERCOT hub average in [from, to), Unix seconds.
std::vector<double> ercot(const std::string& path, double from, double to) {
  const CsvFile file(path);
  const std::size_t time = file.column("time_utc");
  const std::size_t price = file.column("rt_spp_usd_mwh");
  std::vector<double> prices;
  for (std::size_t row = 0; row < file.rows(); ++row) {
    const double at = file.number(row, time);
    if (at >= from && at < to) prices.push_back(file.number(row, price));
  }
  return prices;
}

constexpr double k2024 = 1'704'067'200.0;
constexpr double k2025 = 1'735'689'600.0;
constexpr double kDecember2025 = 1'764'547'200.0;

}  // namespace

TEST_CASE("break-even: a MWh earns what its hashes earn") {
  // 50 USD per PH/s and day at 17.5 J/TH: 1 MWh is 3.6e9 J, 3.6e9 / 17.5 TH, of 8.64e4 x 1e3 TH.
  CHECK(revenue_usd_per_mwh(50.0, 17.5) ==
        doctest::Approx(3.6e9 / 17.5 / (1e3 * 86400.0) * 50.0).epsilon(1e-12));
  EnergyView view;
  view.stakes = {.revenue_usd_per_mwh = 98.0, .sleep_power = 0.02};
  CHECK(view.stakes.break_even_usd_per_mwh() == doctest::Approx(100.0));
  const auto greedy = rule(EnergyRuleKind::kGreedy);
  view.price_usd_per_mwh = 99.999;
  CHECK(greedy->runs(view));
  CHECK(view.stakes.profit_usd(true, 99.999, 1.0) > view.stakes.profit_usd(false, 99.999, 1.0));
  view.price_usd_per_mwh = 100.001;
  CHECK_FALSE(greedy->runs(view));
  CHECK(view.stakes.profit_usd(true, 100.001, 1.0) < view.stakes.profit_usd(false, 100.001, 1.0));
}

TEST_CASE("without a cost of restarts greedy is the clairvoyant bound") {
  Rng rng({.seed = 5}, StreamId::kTest);
  std::vector<double> prices;
  for (int i = 0; i < 2000; ++i) prices.push_back(60.0 * exponential(rng) - 10.0);
  const EnergyStakes stakes{.revenue_usd_per_mwh = 80.0, .sleep_power = 0.02};
  const auto profit = [&](EnergyRuleKind kind) {
    return trace_profit_usd_per_mwh(*rule(kind), stakes, 0.25, prices);
  };
  CHECK(profit(EnergyRuleKind::kGreedy) ==
        doctest::Approx(profit(EnergyRuleKind::kClairvoyant)).epsilon(1e-12));
  CHECK(profit(EnergyRuleKind::kGreedy) > profit(EnergyRuleKind::kAlways));
}

TEST_CASE("the best plan is the best of all plans") {
  Rng rng({.seed = 6}, StreamId::kTest);
  const EnergyStakes stakes{.revenue_usd_per_mwh = 80.0,
                            .sleep_power = 0.1,
                            .restart_hours = 0.4,
                            .restart_wear_usd = 20.0};
  for (int trial = 0; trial < 20; ++trial) {
    std::vector<double> prices;
    for (int i = 0; i < 10; ++i) prices.push_back(100.0 * exponential(rng));
    const auto value = [&](const auto& plan) {
      bool running = true;
      double sum = 0.0;
      for (std::size_t i = 0; i < prices.size(); ++i) {
        sum += stakes.profit_usd(plan(i), prices[i], 1.0);
        if (plan(i) && !running) sum -= stakes.restart_usd();
        running = plan(i);
      }
      return sum;
    };
    double most = -INFINITY;
    for (unsigned bits = 0; bits < 1024; ++bits) {
      most = std::max(most, value([&](std::size_t i) { return (bits >> i & 1U) != 0; }));
    }
    const std::vector<bool> best = best_plan(stakes, true, 1.0, prices);
    CHECK(value([&](std::size_t i) { return bool(best[i]); }) == doctest::Approx(most));
  }
}

TEST_CASE("C29: always and greedy on the three-price chain") {
  // Economics 2.6: long-run profit per hour from the stationary law; here its estimate over 2e6
  // hours. The error of a mean over a chain of correlation time below 10 h is at most 4 sd
  // sqrt(2 x 10 / n).
  const double rows[3][3] = {{.95, .04, .01}, {.5, .45, .05}, {.3, .3, .4}};
  const double values[3] = {20.0, 100.0, 400.0};
  Rng rng({.seed = 7}, StreamId::kTest);
  std::vector<double> prices;
  std::size_t at = 0;
  for (int i = 0; i < 2'000'000; ++i) {
    prices.push_back(values[at]);
    double u = uniform(rng);
    std::size_t next = 0;
    while (next < 2 && u >= rows[at][next]) u -= rows[at][next++];
    at = next;
  }
  const EnergyStakes stakes{.revenue_usd_per_mwh = 92.0,
                            .sleep_power = 0.02,
                            .restart_hours = 0.5,
                            .restart_wear_usd = 60.0};
  const double error = 4.0 * 70.0 * std::sqrt(20.0 / 2e6);
  const auto profit = [&](EnergyRuleKind kind) {
    return trace_profit_usd_per_mwh(*rule(kind), stakes, 1.0, prices);
  };
  CHECK(std::abs(profit(EnergyRuleKind::kAlways) - 57.665236) < error);
  CHECK(std::abs(profit(EnergyRuleKind::kGreedy) - 59.789700) < error);
  CHECK(profit(EnergyRuleKind::kClairvoyant) > 62.870464 - error);
}

TEST_CASE("curtailment on ERCOT prices: tuned on 2024, played on 2025") {
  const std::string path = shared_data("ercot_hubavg_rt15_2024_2025.csv");
  if (path.empty()) {
    MESSAGE("skipped: ercot_hubavg_rt15_2024_2025.csv is not here");
    return;
  }
  const std::vector<double> past = ercot(path, k2024, k2025);
  const std::vector<double> test = ercot(path, k2025, kDecember2025);
  if (past.size() < 35'000) {
    MESSAGE("skipped: the record has no full year 2024");
    return;
  }
  // Economics 3.4 (a): J/TH, USD per PH/s and day, restart h, wear, and USD/MWh of always, greedy,
  // hysteresis and the clairvoyant bound on January to November 2025.
  const double table[6][8] = {{17.5, 50, .33, 10, 86.80, 87.30, 87.68, 87.80},
                              {17.5, 50, .5, 60, 86.80, 86.11, 87.40, 87.61},
                              {17.5, 40, .5, 60, 62.99, 62.10, 63.76, 64.06},
                              {30, 50, .33, 10, 37.20, 38.60, 39.19, 39.40},
                              {34, 35, .33, 10, 10.65, 13.92, 14.89, 15.22},
                              {34, 35, .5, 60, 10.65, 8.86, 13.18, 14.12}};
  const bool whole = test.size() > 32'000;
  if (!whole) MESSAGE("the record ends before December 2025: order of the rules only");
  for (const auto& row : table) {
    CAPTURE(row[0]);
    CAPTURE(row[2]);
    const EnergyStakes stakes{.revenue_usd_per_mwh = revenue_usd_per_mwh(row[1], row[0]),
                              .sleep_power = 0.02,
                              .restart_hours = row[2],
                              .restart_wear_usd = row[3]};
    const auto hysteresis = make_energy_rule(tuned_hysteresis(stakes, 0.25, past));
    const auto profit = [&](const EnergyRule& by) {
      return trace_profit_usd_per_mwh(by, stakes, 0.25, test);
    };
    const double always = profit(*rule(EnergyRuleKind::kAlways));
    const double greedy = profit(*rule(EnergyRuleKind::kGreedy));
    const double tuned = profit(*hysteresis);
    const double bound = profit(*rule(EnergyRuleKind::kClairvoyant));
    CHECK(greedy < tuned);
    CHECK(tuned < bound);
    CHECK(always < bound);
    if (!whole) continue;
    CHECK(always == doctest::Approx(row[4]).epsilon(0.001));
    CHECK(greedy == doctest::Approx(row[5]).epsilon(0.005));
    CHECK(tuned == doctest::Approx(row[6]).epsilon(0.01));
    CHECK(bound == doctest::Approx(row[7]).epsilon(0.005));
  }
}

}  // namespace aicmp
