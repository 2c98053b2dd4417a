#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/market/price.hpp"
#include "tests/chain/files.hpp"
#include "tests/market/moments_check.hpp"

using namespace aicmp;
using test::check_mean;
using test::check_mean_and_variance;

namespace {

constexpr std::int64_t kStart = 1'700'006'400;  // 2023-11-15 00:00 UTC

double log_return(const PriceConfig& config, std::uint32_t world, Time t) {
  PricePath path(config, {.seed = 11, .world = world}, kStart, t);
  return std::log(path.usd_per_btc(t) / config.initial_usd);
}

std::vector<double> log_returns(const PriceConfig& config, std::uint32_t worlds, Time t) {
  std::vector<double> returns;
  for (std::uint32_t world = 0; world < worlds; ++world) {
    returns.push_back(log_return(config, world, t));
  }
  return returns;
}

/// E[S(t)] = S(0) exp(mu t) under every parametric model.
void check_growth(const std::vector<double>& log_returns, double expected_log) {
  Moments growth;
  for (double value : log_returns) growth.add(std::exp(value));
  check_mean(growth, std::exp(expected_log));
}

std::string daily_prices(int days) {
  Rng rng({.seed = 5}, StreamId::kTest);
  std::string csv = "time,price_usd\n";
  double log_price = 10.0;
  double shock = 0.0;
  for (int day = 0; day < days; ++day) {
    csv += std::to_string(1'500'000'000 + day * 86'400) + "," +
           std::to_string(std::exp(log_price)) + "\n";
    shock = 0.6 * shock + 0.03 * normal(rng);
    log_price += 0.002 + shock;
  }
  return csv;
}

std::vector<PriceConfig> every_model(const std::string& file) {
  std::vector<PriceConfig> configs;
  for (PriceModel model :
       {PriceModel::kConstant, PriceModel::kGbm, PriceModel::kMerton, PriceModel::kHeston,
        PriceModel::kRegime, PriceModel::kBootstrap, PriceModel::kReplay}) {
    PriceConfig config;
    config.model = model;
    config.file = file;
    configs.push_back(config);
  }
  return configs;
}

}  // namespace

TEST_CASE("geometric Brownian motion has log-normal moments") {
  PriceConfig config;
  config.step_hours = 6.0;
  config.drift_per_year = 0.4;
  config.volatility_per_year = 0.7;
  const double years = 73.0 / 365.0;
  const std::vector<double> returns = log_returns(config, 10'000, Time::days(73.0));
  check_growth(returns, 0.4 * years);
  check_mean_and_variance(returns, (0.4 - 0.5 * 0.49) * years, 0.49 * years);
}

TEST_CASE("Merton's jumps add the moments of a compound Poisson variable") {
  PriceConfig config;
  config.model = PriceModel::kMerton;
  config.step_hours = 24.0;
  config.drift_per_year = 0.2;
  config.volatility_per_year = 0.3;
  config.merton = {.jumps_per_year = 20.0, .jump_mean_log = -0.05, .jump_sd_log = 0.1};
  const double years = 73.0 / 365.0;
  const double jumps = 20.0 * years;
  const double k = std::exp(-0.05 + 0.5 * 0.01) - 1.0;
  const double mean = (0.2 - 0.5 * 0.09) * years - jumps * k + jumps * -0.05;
  const double variance = 0.09 * years + jumps * (0.0025 + 0.01);
  const std::vector<double> returns = log_returns(config, 20'000, Time::days(73.0));
  check_growth(returns, 0.2 * years);
  check_mean_and_variance(returns, mean, variance);

  // Third and fourth central moments, from the cumulants lambda t E[jump^n].
  Moments third;
  Moments fourth;
  for (double value : returns) {
    third.add(std::pow(value - mean, 3.0));
    fourth.add(std::pow(value - mean, 4.0));
  }
  const double m = -0.05;
  const double v = 0.01;
  check_mean(third, jumps * (m * m * m + 3.0 * m * v));
  check_mean(fourth,
             3.0 * variance * variance + jumps * (m * m * m * m + 6.0 * m * m * v + 3.0 * v * v));
}

TEST_CASE("Heston's log return has the variance of its integrated variance and leverage") {
  PriceConfig config;
  config.model = PriceModel::kHeston;
  config.step_hours = 12.0;
  config.drift_per_year = 0.1;
  const double years = 0.5;
  // The second set breaks Feller's condition by far: variance often touches zero.
  for (const auto& [kappa, theta, xi, rho] :
       {std::array{5.0, 0.3, 1.0, -0.3}, std::array{2.0, 0.1, 1.5, -0.7},
        std::array{4.0, 0.3, 1.2, 0.5}}) {
    config.heston = {kappa, theta, xi, rho};
    const double loss = (1.0 - std::exp(-kappa * years)) / kappa;
    const double loss2 = (1.0 - std::exp(-2.0 * kappa * years)) / (2.0 * kappa);
    const double integrated = xi * xi * theta / (kappa * kappa) * (years - 2.0 * loss + loss2);
    const double leverage = rho * xi * theta / kappa * (years - loss);
    const std::vector<double> returns = log_returns(config, 10'000, Time::days(365.0 * years));
    check_growth(returns, 0.1 * years);
    check_mean_and_variance(returns, (0.1 - 0.5 * theta) * years,
                            theta * years + 0.25 * integrated - leverage);
  }
}

TEST_CASE("regime switching mixes its variances, and they persist") {
  PriceConfig config;
  config.model = PriceModel::kRegime;
  config.step_hours = 24.0;
  config.regime = {.calm_volatility_per_year = 0.3,
                   .wild_volatility_per_year = 1.2,
                   .calm_mean_days = 8.0,
                   .wild_mean_days = 4.0};
  check_growth(log_returns(config, 10'000, Time::days(30.0)), 0.0);

  // E[r_0^2 r_k^2] of the stationary chain: P^k = pi + (1 - a - b)^k (I - pi).
  const int lag = 3;
  const auto square = [](double volatility) {  // E[r^2] of a day in a regime
    const double variance = volatility * volatility / 365.0;
    return variance + 0.25 * variance * variance;
  };
  const double calm = square(0.3);
  const double wild = square(1.2);
  const double mean = (2.0 * calm + wild) / 3.0;
  const double memory = std::pow(1.0 - 1.0 / 8.0 - 1.0 / 4.0, lag);
  const double product =
      mean * mean + memory * (2.0 / 3.0) * (1.0 / 3.0) * (wild - calm) * (wild - calm);
  Moments squares;
  Moments products;
  for (std::uint32_t world = 0; world < 20'000; ++world) {
    PricePath path(config, {.seed = 12, .world = world}, kStart, Time::days(5.0));
    const auto square_of_day = [&path](int day) {
      const double value =
          std::log(path.usd_per_btc(Time::days(day + 1.0)) / path.usd_per_btc(Time::days(day)));
      return value * value;
    };
    squares.add(square_of_day(0));
    products.add(square_of_day(0) * square_of_day(lag));
  }
  check_mean(squares, mean);
  check_mean(products, product);
}

TEST_CASE("the stationary bootstrap keeps marginals, and dependence within blocks") {
  const TemporaryFile file(daily_prices(400));
  const CsvFile csv(file.path());
  std::vector<double> recorded;
  for (std::size_t row = 1; row < csv.rows(); ++row) {
    recorded.push_back(std::log(csv.number(row, 1) / csv.number(row - 1, 1)));
  }
  const double n = static_cast<double>(recorded.size());
  const double mean = std::accumulate(recorded.begin(), recorded.end(), 0.0) / n;
  double square = 0.0;
  double cube = 0.0;
  double next = 0.0;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    square += recorded[i] * recorded[i] / n;
    cube += std::pow(std::abs(recorded[i]), 3.0) / n;
    next += recorded[i] * recorded[(i + 1) % recorded.size()] / n;
  }

  PriceConfig config;
  config.model = PriceModel::kBootstrap;
  config.file = file.path();
  config.bootstrap = {.mean_block_days = 4.0, .keep_drift = true};
  Moments means;
  Moments squares;
  Moments cubes;
  Moments nexts;
  const int days = 400;
  for (std::uint32_t world = 0; world < 1000; ++world) {  // one sample of each moment per world
    PricePath path(config, {.seed = 13, .world = world}, kStart, Time::days(days));
    double sums[4] = {};
    double last = 0.0;
    for (int day = 0; day < days; ++day) {
      const double value =
          std::log(path.usd_per_btc(Time::days(day + 1.0)) / path.usd_per_btc(Time::days(day)));
      sums[0] += value;
      sums[1] += value * value;
      sums[2] += std::pow(std::abs(value), 3.0);
      if (day > 0) sums[3] += last * value;
      last = value;
    }
    means.add(sums[0] / days);
    squares.add(sums[1] / days);
    cubes.add(sums[2] / days);
    nexts.add(sums[3] / (days - 1));
  }
  check_mean(means, mean);
  check_mean(squares, square);
  check_mean(cubes, cube);
  check_mean(nexts, 0.75 * next + 0.25 * mean * mean);
}

TEST_CASE("a bootstrap without the drift of its file grows as configured") {
  const TemporaryFile file(daily_prices(400));
  PriceConfig config;
  config.model = PriceModel::kBootstrap;
  config.file = file.path();
  config.bootstrap.mean_block_days = 1.0;  // independent days
  config.drift_per_year = 0.3;
  check_growth(log_returns(config, 2000, Time::days(60.0)), 0.3 * 60.0 / 365.0);
}

TEST_CASE("a replay gives the recorded prices; a daily close holds from the end of its day") {
  const TemporaryFile file("date,price_usd\n2023-11-13,100\n2023-11-14,110\n2023-11-15,120\n");
  PriceConfig config;
  config.model = PriceModel::kReplay;
  config.file = file.path();
  PricePath path(config, {}, kStart - 3600, Time::days(1.5));
  CHECK(path.usd_per_btc(Time()) == 100.0);
  CHECK(path.next_change(Time()) == Time::hours(1.0));
  CHECK(path.usd_per_btc(Time::hours(1.0)) == 110.0);
  CHECK(path.usd_per_btc(Time::hours(25.0)) == 120.0);
  CHECK_THROWS_AS(PricePath(config, {}, kStart, Time::days(3.0)), ConfigError);
  CHECK_THROWS_AS(PricePath(config, {}, kStart - 3 * 86'400, Time::days(1.0)), ConfigError);
  config.file.clear();
  CHECK_THROWS_AS(PricePath(config, {}, kStart, Time::days(1.0)), ConfigError);
}

TEST_CASE("real prices replay and resample") {
  const auto file = test::data_file("btc_daily.csv");
  if (!file) return;
  PriceConfig config;
  config.model = PriceModel::kReplay;
  config.file = *file;
  PricePath replay(config, {}, 1'609'459'200, Time::days(1460.0));  // 2021-01-01 to 2024-12-31
  CHECK(replay.usd_per_btc(Time()) == doctest::Approx(29'000.0).epsilon(0.02));
  Moments innovations;
  for (int day = 1; day <= 1460; ++day) {
    innovations.add(replay.daily_innovation(Time::days(day)));
  }
  CHECK(innovations.mean() == doctest::Approx(0.0).epsilon(0.01));
  CHECK(innovations.variance() == doctest::Approx(1.0).epsilon(0.01));

  config.model = PriceModel::kBootstrap;
  PricePath resampled(config, {}, kStart, Time::days(365.0));
  CHECK(resampled.usd_per_btc(Time::days(365.0)) > 0.0);
}

TEST_CASE("a price depends on key and time alone, not on what was asked before") {
  const TemporaryFile file(daily_prices(400));
  const Time horizon = Time::days(60.0);
  for (const PriceConfig& config : every_model(file.path())) {
    CAPTURE(static_cast<int>(config.model));
    PricePath forward(config, {.seed = 3}, 1'505'000'000, horizon);
    PricePath jumping(config, {.seed = 3}, 1'505'000'000, horizon);
    std::vector<double> expected;
    for (int hour = 0; hour < 1440; ++hour) {
      expected.push_back(forward.usd_per_btc(Time::hours(hour)));
      CHECK(expected.back() > 0.0);
      CHECK(forward.next_change(Time::hours(hour)) > Time::hours(hour));
    }
    Rng rng({}, StreamId::kTest);
    int wrong = 0;
    for (int i = 0; i < 3000; ++i) {
      const auto hour = static_cast<std::size_t>(1440.0 * uniform(rng));
      const Time t = Time::hours(static_cast<double>(hour));
      if (jumping.daily_innovation(t) != forward.daily_innovation(t)) ++wrong;
      if (jumping.usd_per_btc(t) != expected[hour]) ++wrong;
    }
    CHECK(wrong == 0);

    const bool random =
        config.model != PriceModel::kConstant && config.model != PriceModel::kReplay;
    PricePath other(config, {.seed = 3, .world = 1}, 1'505'000'000, horizon);
    CHECK((other.usd_per_btc(horizon) != forward.usd_per_btc(horizon)) == random);
  }
}

TEST_CASE("daily innovations are standardised, and known only once their day is over") {
  const TemporaryFile file(daily_prices(400));
  for (PriceConfig config : every_model(file.path())) {
    if (config.model == PriceModel::kReplay) continue;
    CAPTURE(static_cast<int>(config.model));
    config.bootstrap.mean_block_days = 1.0;
    config.step_hours = 6.0;
    std::vector<double> innovations;
    for (std::uint32_t world = 0; world < 2000; ++world) {
      PricePath path(config, {.seed = 21, .world = world}, kStart, Time::days(2.0));
      CHECK(path.daily_innovation(Time::days(1.0) - Time::nanoseconds(1)) == 0.0);
      innovations.push_back(path.daily_innovation(Time::days(1.0)));
      CHECK(path.daily_innovation(Time::days(1.9)) == innovations.back());
    }
    if (config.model == PriceModel::kConstant) {
      CHECK(innovations.front() == 0.0);
    } else {
      check_mean_and_variance(innovations, 0.0, 1.0);
    }
  }
}

TEST_CASE("contradictory price options are refused") {
  PriceConfig config;
  config.model = PriceModel::kRegime;
  config.regime.wild_mean_days = 0.01;
  CHECK_THROWS_AS(PricePath(config, {}, kStart, Time::days(1.0)), ConfigError);
}
