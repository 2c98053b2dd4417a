#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"
#include "sim/market/hourly_level.hpp"
#include "tests/chain/files.hpp"
#include "tests/market/blocks.hpp"
#include "tests/market/moments_check.hpp"

using namespace aicmp;
using test::check_mean;
using test::check_mean_and_variance;
using test::find_blocks;

namespace {

constexpr std::int64_t kMonday = 1'700'438'400;  // 2023-11-20 00:00 UTC

std::unique_ptr<FeeSource> make(const FeeConfig& config, const WorldKey& key = {},
                                PricePath* prices = nullptr) {
  return make_fee_source(config, key, kMonday, Time::days(1.0), prices);
}

/// A statistical model in which nothing is random.
FeeConfig still(double median_btc) {
  FeeConfig config;
  config.statistical.regime_median_btc = {median_btc};
  config.statistical.level_sd_log = 0.0;
  config.statistical.noise_sd_log = 0.0;
  config.statistical.season = {
      .daily_amplitude = 0.0, .weekly_amplitude = 0.0, .peak_hour_utc = 0.0};
  config.statistical.accrual_exponent = 0.0;
  config.statistical.spikes_per_year = 0.0;
  return config;
}

/// Mean fees over `hours` hourly blocks.
double hourly_mean_btc(FeeSource& source, int hours) {
  double sum = 0.0;
  for (int hour = 0; hour < hours; ++hour) {
    const Time t = Time::hours(hour);
    sum += source.next_block({t, t + Time::seconds(600.0), Time()}).btc();
  }
  return sum / hours;
}

}  // namespace

TEST_CASE("constant fees, and a state that knows a day of blocks from the start") {
  FeeConfig config;
  config.model = FeeModel::kConstant;
  config.constant_btc = 0.05;
  const auto source = make(config);
  CHECK(source->state().last == Satoshi(5'000'000));
  CHECK(source->state().mean_144 == Satoshi(5'000'000));
  CHECK(source->next_block({Time(), Time::seconds(5.0), Time()}) == Satoshi(5'000'000));
}

TEST_CASE("the state follows the last 144 blocks") {
  for (FeeModel model : {FeeModel::kStatistical, FeeModel::kMempool}) {
    FeeConfig config;
    config.model = model;
    const auto source = make(config);
    CHECK(source->state().mean_144 > Satoshi());
    const std::vector<FeeObservation> blocks = find_blocks(*source, {.seed = 3}, Time::days(2.0));
    std::int64_t sum = 0;
    for (std::size_t i = blocks.size() - 144; i < blocks.size(); ++i) sum += blocks[i].fees.value();
    CHECK(source->state().mean_144 == Satoshi(sum / 144));
    CHECK(source->state().last == blocks.back().fees);
    CHECK((source->state().mempool_mvb > 0.0) == (model == FeeModel::kMempool));
  }
}

TEST_CASE("the statistical model has the mean of its factors") {
  FeeConfig config = still(0.02);
  config.statistical.level_sd_log = 0.4;
  config.statistical.persistence_per_day = 0.5;
  config.statistical.noise_sd_log = 0.3;
  config.statistical.season = {.daily_amplitude = 0.3, .weekly_amplitude = 0.1, .peak_hour_utc = 9};
  config.statistical.accrual_exponent = 0.6;
  Moments means;
  for (std::uint32_t world = 0; world < 400; ++world) {
    const WorldKey key{.seed = 14, .world = world};
    const auto source = make(config, key);
    const auto blocks = find_blocks(*source, key, Time::days(14.0));
    double sum = 0.0;
    for (const FeeObservation& block : blocks) sum += block.fees.btc();
    means.add(sum / (14.0 * 144.0));
  }
  check_mean(means, 0.02 * std::exp(0.5 * (0.16 + 0.09)));
}

TEST_CASE("spikes come, stay and are as high as configured; regimes take turns") {
  FeeConfig config = still(0.02);
  config.statistical.spikes_per_year = 60.0;
  config.statistical.spike_tail_index = 4.0;
  config.statistical.spike_min_days = 1.0;
  config.statistical.spike_max_days = 3.0;
  Moments spiked;
  for (std::uint32_t world = 0; world < 50; ++world) {
    spiked.add(hourly_mean_btc(*make(config, {.seed = 15, .world = world}), 24'000));
  }
  const double active_h = 48.5;  // mean of a uniform length, rounded up to hours
  const double share = active_h / (active_h + 8760.0 / 60.0);
  check_mean(spiked, 0.02 * (1.0 + share / 3.0));  // E[Pareto] - 1 = 1 / (4 - 1)

  config.statistical.spikes_per_year = 0.0;
  config.statistical.regime_median_btc = {0.02, 0.05, 0.2};
  config.statistical.regime_mean_days = 2.0;
  Moments mixed;
  for (std::uint32_t world = 0; world < 50; ++world) {
    mixed.add(hourly_mean_btc(*make(config, {.seed = 16, .world = world}), 24'000));
  }
  check_mean(mixed, 0.09);
}

TEST_CASE("hourly level: unit variance, its persistence, and the price's innovations") {
  const double persistence = 0.9;
  const double correlation = 0.6;
  PriceConfig price_config;
  price_config.step_hours = 24.0;
  std::vector<double> finals;
  Moments lagged;
  Moments products;
  for (std::uint32_t world = 0; world < 2000; ++world) {
    const WorldKey key{.seed = 17, .world = world};
    PricePath prices(price_config, key, kMonday, Time::days(40.0));
    HourlyLevel level(persistence, correlation, &prices, Rng(key, StreamId::kFees));
    double day_before = 0.0;
    double value = 0.0;
    for (int hour = 0; hour < 24 * 40; ++hour) {
      value = level.next(Time::hours(hour));
      if (hour == 24 * 39 - 1) day_before = value;
    }
    finals.push_back(value);
    lagged.add(value * day_before);
    const double innovation =
        (value - persistence * day_before) / std::sqrt(1.0 - persistence * persistence);
    products.add(innovation * prices.daily_innovation(Time::days(39.0)));
  }
  // Spread over the hours of a day, z_d moves the level by rho z_d sqrt(sum) with
  // sum = (Sigma phi^k)^2 / (24 Sigma phi^2k), which is 1 - 1e-4 at most.
  check_mean_and_variance(finals, 0.0, 1.0);
  check_mean(lagged, persistence);
  check_mean(products, correlation);
}

TEST_CASE("economics C33: a template refreshed every 30 s forgoes phi times its mean age") {
  const double phi_btc_per_s = 8.3e-5;
  const double expected = 0.00123463;
  const auto template_age = [](Time interval) {
    return Time::nanoseconds(interval.ns() % Time::seconds(30.0).ns());
  };

  SUBCASE("statistical, where nothing waits") {
    FeeConfig config = still(600.0 * phi_btc_per_s);
    config.statistical.accrual_exponent = 1.0;
    const auto fresh = make(config);
    const auto stale = make(config);
    Rng rng({.seed = 18}, StreamId::kTest);
    Moments loss;
    Time previous;
    for (int i = 0; i < 200'000; ++i) {
      const Time interval = Time::seconds(600.0 * exponential(rng));
      const Time found = previous + interval;
      loss.add((fresh->next_block({previous, found, Time()}) -
                stale->next_block({previous, found, template_age(interval)}))
                   .btc());
      previous = found;
    }
    check_mean(loss, expected);
  }
  SUBCASE("mempool without congestion") {
    MempoolConfig config;
    config.tx_per_s = 1.0;
    config.season = {.daily_amplitude = 0.0, .weekly_amplitude = 0.0, .peak_hour_utc = 0.0};
    config.intensity_sd_log = 0.0;
    config.bid_sd_log = 0.0;
    config.bid_scale_log = 0.0;
    config.bid_median_sat_per_vb = 83.0;
    config.size_median_vb = 100.0;
    config.size_sd_log = 0.0;
    Mempool mempool(config, {.seed = 19}, kMonday, Time(), nullptr);
    Rng rng({.seed = 19}, StreamId::kTest);
    Moments loss;
    for (int i = 0; i < 100'000; ++i) {
      const Time interval = Time::seconds(600.0 * exponential(rng));
      const Time found = mempool.now() + interval;
      mempool.advance(found - template_age(interval));
      const Satoshi stale = mempool.fees();  // all of it fits
      mempool.advance(found);
      loss.add((mempool.take_block().fees - stale).btc());
    }
    check_mean(loss, expected);
  }
}

TEST_CASE("the mempool's fees come from templates: what came later waits for the next block") {
  FeeConfig config;
  config.model = FeeModel::kMempool;
  config.mempool.tx_per_s = 1.0;
  const auto source = make(config);
  const Time found = Time::seconds(600.0);
  CHECK(source->next_block({Time(), found, found}) == Satoshi());
  CHECK(source->next_block({found, found + Time::seconds(1.0), Time()}) > Satoshi());
}

TEST_CASE("fees are repeatable, differ by world, and do not move the block times of others") {
  for (FeeModel model : {FeeModel::kStatistical, FeeModel::kMempool}) {
    FeeConfig config;
    config.model = model;
    const auto run = [&](std::uint32_t world, double seconds) {
      const auto source = make(config, {.seed = 20, .world = world});
      std::vector<Satoshi> fees;
      for (int i = 0; i < 300; ++i) {
        // Only the first block's time differs between the runs of a world.
        const Time previous = i == 1 ? Time::seconds(seconds) : Time::seconds(600.0 * i);
        const Time found = i == 0 ? Time::seconds(seconds) : Time::seconds(600.0 * (i + 1));
        fees.push_back(source->next_block({previous, found, Time()}));
      }
      return fees;
    };
    const std::vector<Satoshi> fees = run(0, 600.0);
    CHECK(fees == run(0, 600.0));
    CHECK(fees != run(1, 600.0));
    if (model == FeeModel::kStatistical) {
      const std::vector<Satoshi> moved = run(0, 300.0);
      CHECK(std::equal(fees.begin() + 2, fees.end(), moved.begin() + 2));
    }
  }
}

TEST_CASE("replayed fees are those of the file, per block") {
  const TemporaryFile file("date,fees_btc,blocks\n2023-11-20,14.4,144\n2023-11-21,30,150\n");
  FeeConfig config;
  config.model = FeeModel::kReplay;
  CHECK_THROWS_AS(make(config), ConfigError);
  config.replay = {file.path(), "fees_btc", 1e8, "blocks"};
  const auto source = make(config);
  CHECK(source->state().mean_144 == Satoshi(10'000'000));
  CHECK(source->next_block({Time(), Time::hours(23.9), Time()}) == Satoshi(10'000'000));
  CHECK(source->next_block({Time(), Time::hours(24.0), Time()}) == Satoshi(20'000'000));

  const TemporaryFile gap("time,fees_sat\n0,1\n600,2\n1200,3\n3000,4\n3600,4\n");
  config.replay = {gap.path(), "fees_sat", 1.0, ""};
  CHECK(message_of<ConfigError>([&] {
          make_fee_source(config, {}, 0, Time::seconds(3000.0), nullptr);
        }).find(":5: gap: ") != std::string::npos);

  if (const auto real = test::data_file("btc_daily.csv")) {
    config.replay = {*real, "fees_btc", 1e8, "block_count"};
    const auto history = make_fee_source(config, {}, 1'609'459'200, Time::days(600.0), nullptr);
    CHECK(history->state().mean_144 > Satoshi());
    // The record lacks fees from 2022-09-02.
    CHECK(message_of<ConfigError>([&] {
            make_fee_source(config, {}, 1'609'459'200, Time::days(700.0), nullptr);
          }).find("fees_btc: value is missing") != std::string::npos);
  }
}

TEST_CASE("contradictory fee options are refused") {
  FeeConfig config;
  config.statistical.regime_median_btc.clear();
  CHECK_THROWS_AS(make(config), ConfigError);
  config = FeeConfig();
  config.statistical.spike_max_days = 0.5;
  CHECK_THROWS_AS(make(config), ConfigError);
  config = FeeConfig();
  config.statistical.season = {.daily_amplitude = 0.7, .weekly_amplitude = 0.3, .peak_hour_utc = 0};
  CHECK_THROWS_AS(make(config), ConfigError);
}
