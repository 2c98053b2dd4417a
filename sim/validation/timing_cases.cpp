#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/engine/superposition.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"

// What a pool reads off the times of one miner's shares.
namespace aicmp {
namespace {

/// Calls `on_gap(from_s, to_s)` for every time without a share, until `end_s`.
template <typename OnGap>
void for_each_gap(const Effort& effort, double shares_per_s, double end_s, OnGap on_gap) {
  const std::array rates = {shares_per_s};
  FixedSuperposition process({effort.seed, 0, 0}, StreamId::kShares, rates);
  double last_s = 0.0;
  for (auto batch = process.next_batch(Time::seconds(end_s)); !batch.empty();
       batch = process.next_batch(Time::seconds(end_s))) {
    for (const Arrival& share : batch) {
      on_gap(last_s, share.time.in_seconds());
      last_s = share.time.in_seconds();
    }
  }
}

/// Machines that die at times far apart, and an alarm after the time of `kPatience` shares
/// without one.
std::vector<Row> silence(const Effort& effort) {
  constexpr double kRate = 0.3;
  constexpr double kBetweenFaultsS = 1000.0;
  std::vector<Row> rows;
  const double end_s = kBetweenFaultsS * static_cast<double>(effort.worlds(40'000));
  for (const double patience : {5.0, 15.0}) {
    Moments delay;
    double fault_s = kBetweenFaultsS;
    for_each_gap(effort, kRate, end_s, [&](double from_s, double to_s) {
      for (; fault_s <= to_s; fault_s += kBetweenFaultsS) {
        delay.add(std::max(0.0, from_s + patience / kRate - fault_s));
      }
    });
    rows.push_back(mean_row({fmt::format("C27.l{:g}", patience),
                             fmt::format("dead machine noticed, s: {:g} shares missing", patience),
                             closed_form::silence_delay_s(kRate, patience)},
                            delay));
  }
  constexpr double kPatience = 5.0;
  Ratio alarms;
  double counted = 0.0;
  double block_end_s = kBetweenFaultsS;
  for_each_gap(effort, kRate, end_s, [&](double from_s, double to_s) {
    for (; block_end_s <= to_s; block_end_s += kBetweenFaultsS) {
      alarms.add(counted, kBetweenFaultsS);
      counted = 0.0;
    }
    if (to_s - from_s > kPatience / kRate) ++counted;
  });
  rows.push_back(ratio_row({"C27.false", "false alarms per s: 5 shares missing",
                            closed_form::silence_false_alarms_per_s(kRate, kPatience)},
                           alarms));
  return rows;
}

/// An exponential average read only when a share has just raised it.
std::vector<Row> average_at_shares(const Effort& effort) {
  constexpr double kTauS = 300.0;
  constexpr double kBlockS = 50.0 * kTauS;
  std::vector<Row> rows;
  for (const double rate : {0.3, 0.05, 0.01}) {
    Ratio readings;
    double average = rate;
    double sum = 0.0;
    double shares = 0.0;
    double block_end_s = kBlockS;
    const double end_s = kBlockS * static_cast<double>(effort.worlds(4'000));
    for_each_gap(effort, rate, end_s, [&](double from_s, double to_s) {
      for (; block_end_s <= to_s; block_end_s += kBlockS) {
        readings.add(sum, rate * shares);
        sum = shares = 0.0;
      }
      average = average * std::exp((from_s - to_s) / kTauS) + 1.0 / kTauS;
      sum += average;
      ++shares;
    });
    rows.push_back(ratio_row({fmt::format("C35.r{:g}", rate),
                              fmt::format("average over 300 s read at shares, {:g} per s", rate),
                              closed_form::average_read_at_shares(rate, kTauS)},
                             readings));
  }
  return rows;
}

}  // namespace

std::vector<Case> timing_cases() {
  return {{"C27", "a dead machine is noticed by its silence", silence},
          {"C35", "an average that is read at shares", average_at_shares}};
}

}  // namespace aicmp
