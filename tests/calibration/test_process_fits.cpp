#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/calibration/block_fit.hpp"
#include "sim/calibration/energy_fit.hpp"
#include "sim/calibration/fee_fit.hpp"
#include "sim/calibration/growth_fit.hpp"
#include "sim/calibration/mempool_fit.hpp"
#include "sim/calibration/price_fit.hpp"
#include "sim/calibration/specs.hpp"

using namespace aicmp;

namespace {

constexpr double kBound = 4.0;  // standard errors

/// Each estimate lies within its stated error of the truth, both in the order of the fit.
void check_recovery(const Fit& fit, const std::vector<double>& truth) {
  REQUIRE(fit.estimates.size() >= truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const Estimate& estimate = fit.estimates[i];
    CAPTURE(estimate.key);
    CAPTURE(estimate.value);
    CAPTURE(truth[i]);
    CAPTURE(estimate.standard_error);
    CHECK(estimate.standard_error > 0.0);
    CHECK(std::abs(estimate.value - truth[i]) <= kBound * estimate.standard_error);
  }
}

}  // namespace

TEST_CASE("calibration recovers header times") {
  HeaderTimeConfig truth{
      .max_job_age_s = 35.0, .clock_error_probability = 0.12, .clock_error_s = 80.0};
  const std::vector<double> lags = draw_header_lags(truth, 1.5, 20'000, {7, 0, 0});
  HeaderTimeConfig fitted;
  check_recovery(fit_header_clock(lags, fitted, 3), {35.0, 0.12, 80.0, 1.5});
}

TEST_CASE("calibration recovers the reaction of the network") {
  PriceConfig price;
  price.volatility_per_year = 0.7;
  const std::vector<double> daily = draw_daily_returns(price, 14 * 400, {5, 0, 0});
  GrowthRecord record;
  double log_price = std::log(60000.0);
  for (std::size_t day = 0; day < daily.size(); ++day) {
    if (day % 14 == 0) record.price_usd.push_back(std::exp(log_price));
    log_price += daily[day];
  }
  record.log_hash_rate.assign(record.price_usd.size(), std::log(9e20));
  record.hash_price_usd_per_phs_day.assign(record.price_usd.size(), 50.0);
  HashPriceReaction truth;
  truth.pull = 0.05;
  truth.price_elasticity = 0.2;
  truth.noise_sd = 0.05;
  truth.reference_usd_per_phs_day = 50.0;
  record = draw_growth(record, truth, {9, 0, 0});
  HashPriceReaction fitted;
  const Fit fit = fit_growth(record, fitted, 3);
  // The growth at the fitted reference is that at the true one and the pull between them.
  const double growth =
      truth.growth + truth.pull * std::log(fitted.reference_usd_per_phs_day / 50.0);
  check_recovery(fit, {growth, truth.pull, truth.price_elasticity, truth.noise_sd});
}

TEST_CASE("calibration recovers the level, memory and spikes of fees through gaps") {
  StatisticalFeeConfig truth;
  truth.regime_median_btc = {0.05};
  truth.persistence_per_day = 0.9;
  truth.level_sd_log = 0.5;
  truth.spikes_per_year = 8.0;
  DailyFees days(1500, 1.0);
  for (std::size_t d = 500; d < 700; ++d) days[d] = std::numeric_limits<double>::quiet_NaN();
  days = draw_daily_fees(truth, days, {4, 0, 0});
  StatisticalFeeConfig fitted;
  check_recovery(fit_fees(days, fitted, 3), {0.05, 0.9, 0.5, 8.0});
}

TEST_CASE("calibration recovers an energy market") {
  EnergyConfig::Market truth;
  EnergyRecord record;
  record.start_unix_s = 1'704'067'200;
  record.usd_per_mwh.assign(2 * 8760, 0.0);
  record = draw_energy(truth, record, {4, 0, 0});
  EnergyConfig::Market fitted;
  check_recovery(
      fit_energy(record, fitted, 3),
      {truth.base_usd_per_mwh, truth.base_sd_log, truth.base_half_life_hours, truth.daily_amplitude,
       truth.peak_hour, truth.spikes_per_year, truth.spike_mean_hours, truth.spike_tail_index,
       truth.gluts_per_year, truth.glut_mean_hours, truth.glut_mean_usd_per_mwh});
}

TEST_CASE("calibration recovers the arrivals of a mempool from snapshots") {
  MempoolConfig truth;
  truth.tx_per_s = 4.0;
  truth.size_sd_log = 0.8;
  truth.season = {.daily_amplitude = 0.3, .weekly_amplitude = 0.15, .peak_hour_utc = 16.0};
  constexpr std::int64_t kStart = 1'704'067'200;
  constexpr double kDays = 90.0;
  Mempool mempool(truth, {6, 0, 0}, kStart, Time(), nullptr);
  Record record;
  record.columns.resize(kMempoolColumns);
  std::vector<HistoricBlock> blocks;
  Rng rng({6, 0, 0}, StreamId::kBlockInterval);
  Time block = Time::seconds(600.0 * exponential(rng));
  blocks.push_back({0, kStart - 1000, -1});
  for (Time t; t < Time::days(kDays); t += Time::seconds(300.0)) {
    while (block <= t) {
      mempool.advance(block);
      mempool.take_block();
      blocks.push_back({0, kStart + block.ns() / 1'000'000'000, -1});
      block += Time::seconds(600.0 * exponential(rng));
    }
    mempool.advance(t);
    record.unix_s.push_back(kStart + t.ns() / 1'000'000'000);
    record.columns[kMempoolTx].push_back(static_cast<double>(mempool.tx_count()));
    record.columns[kMempoolVsize].push_back(mempool.vsize_mvb() * 1e6);
    record.columns[kMempoolFeesSat].push_back(static_cast<double>(mempool.fees().value()));
  }
  blocks.push_back({0, record.unix_s.back() + 1000, -1});
  MempoolConfig fitted;
  fitted.size_sd_log = truth.size_sd_log;
  const Fit fit = fit_mempool(record, blocks, fitted, 3);
  check_recovery(fit, {4.0, truth.size_median_vb, 0.3, 16.0, 0.15});
}
