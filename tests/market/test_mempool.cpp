#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/market/mempool.hpp"
#include "tests/market/moments_check.hpp"

using namespace aicmp;
using test::check_mean;

namespace {

constexpr std::int64_t kMempoolMonday = 1'700'438'400;  // 2023-11-20 00:00 UTC

/// Transactions that are all alike, at a constant rate.
MempoolConfig alike(double tx_per_s) {
  MempoolConfig config;
  config.tx_per_s = tx_per_s;
  config.season = {.daily_amplitude = 0.0, .weekly_amplitude = 0.0, .peak_hour_utc = 0.0};
  config.intensity_sd_log = 0.0;
  config.bid_sd_log = 0.0;
  config.bid_scale_log = 0.0;
  config.size_median_vb = 400.0;
  config.size_sd_log = 0.0;
  config.block_reserved_weight_wu = 0;  // 2500 transactions fit
  return config;
}

struct QueueEstimate {
  double mean_in_queue;
  double mean_wait_s;
};

/// Time average of the queue. Given the arrivals of an interval, which are uniform in it, the
/// expected average is the start plus half of them. The wait follows by Little's law from the
/// arrivals that came.
QueueEstimate simulate_queue(double tx_per_s, int blocks) {
  const WorldKey key{.seed = 2};
  Mempool mempool(alike(tx_per_s), key, kMempoolMonday, Time(), nullptr);
  Rng rng(key, StreamId::kTest);
  double integral_s = 0.0;
  double arrivals = 0.0;
  for (int i = 0; i < blocks; ++i) {
    const auto before = static_cast<double>(mempool.tx_count());
    const Time interval = Time::seconds(600.0 * exponential(rng));
    mempool.advance(mempool.now() + interval);
    const auto arrived = static_cast<double>(mempool.tx_count()) - before;
    integral_s += (before + 0.5 * arrived) * interval.in_seconds();
    arrivals += arrived;
    mempool.take_block();
  }
  return {integral_s / mempool.now().in_seconds(), integral_s / arrivals};
}

}  // namespace

TEST_CASE(
    "validation case 21: a bulk queue of 2500 per block has its closed-form length and wait") {
  // P(n) = (1 - r) r^n with mu r^(b+1) - (lambda + mu) r + lambda = 0, so L = r / (1 - r).
  // Size of the run: in heavy traffic the queue before a block is a reflected Brownian motion of
  // drift -m and variance s^2 per block, whose time average over n blocks has variance
  // s^6 / (2 m^4 n) (Whitt 1989). At 3.5/s m = 400 and s^2 = 2100^2 + 2100, so four standard errors
  // are 1 % of 6957 after 5.6 million blocks.
  const QueueEstimate light = simulate_queue(2.0, 1'000'000);
  CHECK(light.mean_in_queue == doctest::Approx(1467.0).epsilon(0.01));
  CHECK(light.mean_wait_s == doctest::Approx(733.5).epsilon(0.01));
  const QueueEstimate heavy = simulate_queue(3.5, 5'600'000);
  CHECK(heavy.mean_in_queue == doctest::Approx(6957.0).epsilon(0.01));
  CHECK(heavy.mean_wait_s == doctest::Approx(1987.8).epsilon(0.01));
}

TEST_CASE("nothing is lost: fees that arrived were taken, evicted or wait") {
  Rng rng({}, StreamId::kTest);
  for (std::uint32_t world = 0; world < 20; ++world) {
    MempoolConfig config;
    config.tx_per_s = 2.0 + 10.0 * uniform(rng);
    config.bid_scale_log = 0.9 * uniform(rng);
    config.size_sd_log = 1.5 * uniform(rng);
    config.max_mempool_mvb = 2.0 + 5.0 * uniform(rng);
    config.block_max_weight_wu = 1'000'000 + static_cast<std::int64_t>(3e6 * uniform(rng));
    Mempool mempool(config, {.seed = 4, .world = world}, kMempoolMonday, Time::days(-1.0), nullptr);
    Satoshi taken;
    for (int i = 0; i < 500; ++i) {
      mempool.advance(mempool.now() + Time::seconds(600.0 * exponential(rng)));
      CHECK(mempool.vsize_mvb() <= config.max_mempool_mvb);
      const BlockContent block = mempool.take_block();
      CHECK(block.weight_wu <= config.block_max_weight_wu - config.block_reserved_weight_wu);
      CHECK(block.min_sat_per_vb <= block.median_sat_per_vb);
      taken += block.fees;

      // What a second block takes at once pays no better than the worst of the first.
      if (mempool.tx_count() > 0) {
        Mempool copy = mempool;
        CHECK(copy.take_block().median_sat_per_vb <= block.min_sat_per_vb * 1.0001);
      }
    }
    CHECK(mempool.arrived_fees() == taken + mempool.evicted_fees() + mempool.fees());
    while (mempool.tx_count() > 0) taken += mempool.take_block().fees;
    CHECK(mempool.fees() == Satoshi());
    CHECK(mempool.weight_wu() == 0);
    CHECK(mempool.arrived_fees() == taken + mempool.evicted_fees());
  }
}

TEST_CASE("a backlog fills blocks to the last transaction; without one a block clears everything") {
  Mempool crowded(alike(10.0), {}, kMempoolMonday, Time(), nullptr);
  crowded.advance(Time::hours(2.0));
  const std::int64_t waiting = crowded.tx_count();
  const BlockContent full = crowded.take_block();
  CHECK(full.tx_count == 2500);
  CHECK(full.weight_wu == 4'000'000);
  CHECK(full.fees == Satoshi(2500 * 400 * 3));
  CHECK(full.median_sat_per_vb == 3.0);
  CHECK(crowded.tx_count() == waiting - 2500);

  Mempool quiet(alike(1.0), {}, kMempoolMonday, Time(), nullptr);
  CHECK(quiet.take_block().tx_count == 0);
  CHECK(quiet.take_block().min_sat_per_vb == 0.0);
  quiet.advance(Time::seconds(600.0));
  CHECK(quiet.take_block().tx_count > 0);
  CHECK(quiet.tx_count() == 0);
}

TEST_CASE("arrivals follow the day and the week") {
  MempoolConfig config = alike(2.0);
  config.season = {.daily_amplitude = 0.3, .weekly_amplitude = 0.2, .peak_hour_utc = 15.0};
  Mempool mempool(config, {.seed = 6}, kMempoolMonday, Time(), nullptr);
  std::vector<std::int64_t> seen;
  std::vector<double> expected;
  for (int hour = 0; hour < 14 * 24; ++hour) {
    while (mempool.tx_count() > 0) mempool.take_block();
    mempool.advance(Time::hours(hour + 1.0));
    seen.push_back(mempool.tx_count());
    const double x = hour + 0.5;
    expected.push_back(2.0 * 3600.0 *
                       (1.0 + 0.3 * std::cos(2.0 * M_PI * (x - 15.0) / 24.0) +
                        0.2 * std::cos(2.0 * M_PI * (x - 60.0) / 168.0)));
  }
  double statistic = 0.0;  // not Pearson's test of shares, as the total is Poisson as well
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const double surplus = static_cast<double>(seen[i]) - expected[i];
    statistic += surplus * surplus / expected[i];
  }
  CHECK(chi_square_tail(statistic, static_cast<double>(seen.size())) > 1e-4);
}

TEST_CASE("sizes and bids have the moments of their distributions") {
  MempoolConfig config = alike(5.0);
  config.size_median_vb = 170.0;
  config.size_sd_log = 0.9;
  config.bid_scale_log = 0.4;
  config.max_mempool_mvb = 1e4;
  const double mean_vb = 170.0 * std::exp(0.5 * 0.81);
  const double mean_square_vb = mean_vb * mean_vb * std::exp(0.81);
  // Mean of a log-logistic bid, not below 1: 1 + the integral of P(bid > y) over y > 1.
  double mean_bid = 1.0;
  const double step = 1e-3;
  for (double log_y = 0.5 * step; log_y < 8.7; log_y += step) {
    mean_bid += std::exp(log_y) * step / (1.0 + std::exp((log_y - std::log(3.0)) / 0.4));
  }

  Moments weight;
  Moments squares;
  Moments fees;
  const double txs = 5.0 * 3600.0;
  for (std::uint32_t world = 0; world < 1000; ++world) {
    Mempool mempool(config, {.seed = 8, .world = world}, kMempoolMonday, Time(), nullptr);
    mempool.advance(Time::hours(1.0));
    const double vb = static_cast<double>(mempool.weight_wu()) / 4.0;
    weight.add(vb / txs);
    squares.add((vb - txs * mean_vb) * (vb - txs * mean_vb));
    fees.add(static_cast<double>(mempool.fees().value()) / (txs * mean_vb));
  }
  check_mean(weight, mean_vb);
  check_mean(squares, txs * mean_square_vb);  // compound Poisson
  // Within a bucket, of width 20 %, bids count as log-uniform: off by less than 1 %.
  CHECK(fees.mean() == doctest::Approx(mean_bid).epsilon(0.01));
}

TEST_CASE("blocks at other times change nothing beyond their hour; other worlds differ") {
  const MempoolConfig config;
  Mempool one(config, {.seed = 9}, kMempoolMonday, Time(), nullptr);
  Mempool two(config, {.seed = 9}, kMempoolMonday, Time(), nullptr);
  one.advance(Time::hours(0.4));
  one.advance(Time::hours(1.0));
  two.advance(Time::hours(1.0));
  CHECK(one.arrived_fees() != two.arrived_fees());
  const Satoshi first = one.arrived_fees();
  const Satoshi second = two.arrived_fees();
  one.take_block();
  one.advance(Time::hours(9.0));
  two.advance(Time::hours(9.0));
  CHECK(one.arrived_fees() - first == two.arrived_fees() - second);

  Mempool other(config, {.seed = 9, .world = 1}, kMempoolMonday, Time(), nullptr);
  other.advance(Time::hours(9.0));
  CHECK(other.arrived_fees() != two.arrived_fees());
}

TEST_CASE("contradictory mempool options are refused") {
  MempoolConfig config;
  config.block_reserved_weight_wu = config.block_max_weight_wu;
  CHECK_THROWS_AS(Mempool(config, {}, kMempoolMonday, Time(), nullptr), ConfigError);
  config = MempoolConfig();
  config.season = {.daily_amplitude = 0.7, .weekly_amplitude = 0.4, .peak_hour_utc = 0.0};
  CHECK_THROWS_AS(Mempool(config, {}, kMempoolMonday, Time(), nullptr), ConfigError);
}
