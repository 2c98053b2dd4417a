#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/market/history.hpp"
#include "sim/validation/bare_scenario.hpp"
#include "sim/validation/closed_forms.hpp"
#include "sim/validation/estimate.hpp"
#include "sim/validation/worlds.hpp"

namespace aicmp {
namespace {

constexpr double kYears = 0.5;

/// Log returns of half a year, by world.
std::vector<double> log_returns(const Effort& effort, const PriceConfig& price) {
  BareScenario bare;
  bare.mean_interval_s = 86400.0 * 365.0;
  bare.blocks = kYears;
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  scenario.price = price;
  return finished_worlds(scenario, effort, effort.worlds(10'000), [&](const World& world) {
    return std::log(world.price_usd() / price.initial_usd);
  });
}

void add_rows(std::vector<Row>& rows, const std::string& model, const Effort& effort,
              const PriceConfig& price, const closed_form::LogReturn& expected) {
  const auto returns = log_returns(effort, price);
  const std::string id = "23." + model;
  rows.push_back(
      mean_row({id + "-mean", model + ": mean log return of half a year", expected.mean}, returns));
  rows.push_back(
      variance_row({id + "-variance", model + ": its variance", expected.variance}, returns));
}

/// Daily log returns of a resampled price.
class DailyReturns final : public Observer {
 public:
  void on_sample(const World& world) override {
    const double now = std::log(world.price_usd());
    if (world.now() > Time()) log_returns.push_back(now - last_);
    last_ = now;
  }
  std::vector<double> log_returns;

 private:
  double last_ = 0.0;
};

/// Mean, square and third absolute moment.
std::array<double, 3> marginal_moments(const std::vector<double>& returns) {
  std::array<double, 3> sums{};
  for (const double r : returns) {
    for (std::size_t k = 0; k < sums.size(); ++k) {
      sums[k] += (k == 0 ? r : std::pow(std::abs(r), static_cast<double>(k + 1))) /
                 static_cast<double>(returns.size());
    }
  }
  return sums;
}

std::vector<Row> bootstrap(const Effort& effort) {
  if (effort.data.empty()) return {};
  PriceConfig price;
  price.model = PriceModel::kBootstrap;
  price.file = effort.data + "/btc_daily.csv";
  price.bootstrap = {.mean_block_days = 10.0, .keep_drift = true};
  const History history = read_history({.path = price.file, .column = price.file_column});
  std::vector<double> recorded;
  for (std::size_t i = 1; i < history.values.size(); ++i) {
    recorded.push_back(std::log(history.values[i] / history.values[i - 1]));
  }
  BareScenario bare;
  bare.mean_interval_s = 86400.0 * 365.0;
  bare.blocks = 3.0;
  bare.fidelity = Fidelity::kFlow;
  Scenario scenario = bare.build();
  scenario.run.sample_hours = 24.0;
  scenario.price = price;
  const auto expected = marginal_moments(recorded);
  std::array<std::vector<double>, expected.size()> seen;
  for (const auto& moments : watched_worlds<DailyReturns>(
           scenario, effort, effort.worlds(1000), [](const World&, DailyReturns& returns) {
             return marginal_moments(returns.log_returns);
           })) {
    for (std::size_t k = 0; k < moments.size(); ++k) seen[k].push_back(moments[k]);
  }
  std::vector<Row> rows;
  constexpr std::array kNames = {"mean", "square", "cube"};
  for (std::size_t k = 0; k < kNames.size(); ++k) {
    rows.push_back(mean_row(
        {fmt::format("23.bootstrap-{}", kNames[k]),
         fmt::format("bootstrap of the file: daily log return, {}", kNames[k]), expected[k]},
        seen[k]));
  }
  return rows;
}

std::vector<Row> prices(const Effort& effort) {
  std::vector<Row> rows;
  PriceConfig price;
  price.step_hours = 24.0;
  price.drift_per_year = 0.2;
  price.model = PriceModel::kGbm;
  add_rows(rows, "gbm", effort, price,
           closed_form::brownian_return(price.drift_per_year, price.volatility_per_year, kYears));
  price.model = PriceModel::kMerton;
  add_rows(rows, "merton", effort, price,
           closed_form::merton_return(price.drift_per_year, price.volatility_per_year,
                                      price.merton.jumps_per_year, price.merton.jump_mean_log,
                                      price.merton.jump_sd_log, kYears));
  price.model = PriceModel::kHeston;
  const PriceConfig::Heston& h = price.heston;
  add_rows(rows, "heston", effort, price,
           closed_form::heston_return(price.drift_per_year, h.reversion_per_year,
                                      h.mean_variance_per_year, h.volatility_of_variance_per_year,
                                      h.correlation, kYears));
  for (Row& row : bootstrap(effort)) rows.push_back(std::move(row));
  return rows;
}

/// Transactions that wait when a block is found, which finds them as any moment does (the blocks
/// are a Poisson process): those it takes and those it leaves.
class Queue final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock&) override {
    if (++blocks_ <= kSettling) return;
    const MempoolConfig& config = world.scenario().fees.mempool;
    const double fee = config.bid_median_sat_per_vb * config.size_median_vb;
    const FeeState& fees = world.fees();
    waiting.add(static_cast<double>(fees.last.value()) / fee +
                fees.mempool_mvb * 1e6 / config.size_median_vb);
  }
  Moments waiting;

 private:
  static constexpr int kSettling = 500;
  int blocks_ = 0;
};

std::vector<Row> bulk_queue(const Effort& effort) {
  constexpr std::int64_t kBlockSize = 2500;
  std::vector<Row> rows;
  for (const double tx_per_s : {2.0, 3.5}) {
    BareScenario bare;
    bare.difficulty = 1e6;
    bare.mean_interval_s = 600.0;
    bare.blocks = 4500.0;
    bare.fidelity = Fidelity::kFlow;
    Scenario scenario = bare.build();
    scenario.fees.model = FeeModel::kMempool;
    scenario.fees.template_refresh_s = 0.0;
    MempoolConfig& pool = scenario.fees.mempool;
    pool.tx_per_s = tx_per_s;
    pool.season = {.daily_amplitude = 0.0, .weekly_amplitude = 0.0};
    pool.intensity_sd_log = 0.0;
    pool.bid_sd_log = 0.0;
    pool.bid_scale_log = 0.0;
    pool.size_median_vb = 1e6 / static_cast<double>(kBlockSize);
    pool.size_sd_log = 0.0;
    pool.block_reserved_weight_wu = 0;
    pool.max_mempool_mvb = 1000.0;
    const auto means =
        watched_worlds<Queue>(scenario, effort, effort.worlds(300),
                              [](const World&, Queue& queue) { return queue.waiting.mean(); });
    const double expected = closed_form::bulk_queue_mean(tx_per_s, kBlockSize, 600.0);
    rows.push_back(
        mean_row({fmt::format("21.r{:g}", tx_per_s),
                  fmt::format("transactions waiting at {:g}/s, 2500 a block", tx_per_s), expected},
                 means));
  }
  return rows;
}

/// What blocks would hold more of if their templates were fresh.
class Forgone final : public Observer {
 public:
  void on_chain(const World& world, const NetworkBlock&) override {
    const double arrived = kFeesBtcPerS * (world.now() - last_).in_seconds();
    btc.add(arrived - world.fees().last.btc());
    last_ = world.now();
  }
  static constexpr double kFeesBtcPerS = 8.3e-5;
  Moments btc;

 private:
  Time last_;
};

std::vector<Row> stale_templates(const Effort& effort) {
  std::vector<Row> rows;
  for (const double refresh_s : {30.0, 120.0}) {
    BareScenario bare;
    bare.difficulty = 1e6;
    bare.mean_interval_s = 600.0;
    bare.blocks = 2000.0;
    bare.fidelity = Fidelity::kFlow;
    Scenario scenario = bare.build();
    scenario.fees.model = FeeModel::kStatistical;
    scenario.fees.template_refresh_s = refresh_s;
    StatisticalFeeConfig& fees = scenario.fees.statistical;
    fees.regime_median_btc = {600.0 * Forgone::kFeesBtcPerS};
    fees.level_sd_log = 0.0;
    fees.noise_sd_log = 0.0;
    fees.season = {.daily_amplitude = 0.0, .weekly_amplitude = 0.0};
    fees.spikes_per_year = 0.0;
    fees.accrual_exponent = 1.0;
    const auto means =
        watched_worlds<Forgone>(scenario, effort, effort.worlds(100),
                                [](const World&, Forgone& f) { return f.btc.mean(); });
    rows.push_back(mean_row(
        {fmt::format("C33.{:g}s", refresh_s),
         fmt::format("BTC forgone a block, templates every {:g} s", refresh_s),
         Forgone::kFeesBtcPerS * closed_form::template_age_s(refresh_s, bare.mean_interval_s)},
        means));
  }
  return rows;
}

}  // namespace

std::vector<Case> market_cases() {
  return {{"21", "a mempool is a bulk queue", bulk_queue},
          {"23", "price processes", prices},
          {"C33", "fees that wait for the next template", stale_templates}};
}

}  // namespace aicmp
