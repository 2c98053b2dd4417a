#include "sim/market/fees.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/base/error.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/fee_models.hpp"
#include "sim/market/history.hpp"
#include "sim/market/step_sources.hpp"

namespace aicmp {
namespace {

class ConstantFees final : public FeeSource {
 public:
  explicit ConstantFees(double btc) : fees_(std::llround(btc * kSatoshiPerBtc)) { warm_up(); }

 private:
  Satoshi draw(const BlockSearch&, std::uint32_t) override { return fees_; }

  Satoshi fees_;
};

/// The mempool's clock runs with the templates: what arrives after a template was built waits for
/// the next block.
class MempoolFees final : public FeeSource {
 public:
  MempoolFees(const MempoolConfig& config, const WorldKey& key, std::int64_t start_unix_s,
              PricePath* prices)
      : mempool_(config, key, start_unix_s, Time() - kFeeWarmUp, prices) {
    warm_up();
  }

 private:
  Satoshi draw(const BlockSearch& search, std::uint32_t) override {
    mempool_.advance(search.found - search.template_age);
    return mempool_.take_block().fees;
  }
  double mempool_mvb() const override { return mempool_.vsize_mvb(); }

  Mempool mempool_;
};

class ReplayedFees final : public FeeSource {
 public:
  explicit ReplayedFees(std::unique_ptr<StepSource> fees_sat) : fees_sat_(std::move(fees_sat)) {
    warm_up();
  }

 private:
  Satoshi draw(const BlockSearch& search, std::uint32_t) override {
    return Satoshi(std::llround(fees_sat_.at(std::max(search.found, Time()))));
  }

  StepPath fees_sat_;
};

std::unique_ptr<FeeSource> replayed_fees(const FeeConfig::Replay& config, std::int64_t start_unix_s,
                                         Time horizon) {
  if (config.file.empty()) {
    throw ConfigError({}, "market.fees.replay.file", "a replay needs a file of fees");
  }
  const CivilTime civil(start_unix_s);
  HistoryQuery query{.path = config.file,
                     .column = config.column,
                     .limits = Limits::at_least(0.0),
                     .span = span_of_run(civil, horizon)};
  History fees = read_history(query);
  for (double& value : fees.values) value *= config.sat_per_unit;
  if (!config.per_column.empty()) {
    query.column = config.per_column;
    query.limits = Limits::positive();
    const History divisor = read_history(query);
    for (std::size_t i = 0; i < fees.values.size(); ++i) fees.values[i] /= divisor.values[i];
  }
  return std::make_unique<ReplayedFees>(replay_steps(std::move(fees), civil));
}

void add_statistical_options(OptionTable& table, StatisticalFeeConfig& config) {
  const std::string key = "market.fees.statistical.";
  table.add(key + "regime_median_btc", config.regime_median_btc, "BTC/block", Limits::positive(),
            "Median fees of a block in each regime; it starts in the first.");
  table.add(key + "regime_mean_days", config.regime_mean_days, "days", Limits::at_least(1.0),
            "Mean stay in a regime.");
  table.add(key + "persistence_per_day", config.persistence_per_day, "",
            {.min = 0.0, .max = 1.0, .max_open = true},
            "Autocorrelation of the level after a day.");
  table.add(key + "level_sd_log", config.level_sd_log, "", Limits::between(0.0, 3.0),
            "Stationary standard deviation of the logarithm of the level.");
  add_options(table, config.season, key + "season.");
  table.add(key + "noise_sd_log", config.noise_sd_log, "", Limits::between(0.0, 3.0),
            "Standard deviation of the logarithm of a single block's fees about the level.");
  table.add(key + "accrual_exponent", config.accrual_exponent, "", Limits::between(0.0, 1.0),
            "Power of the block interval that fees grow with: 1 without a backlog, near 0 under "
            "congestion.");
  table.add(key + "spikes_per_year", config.spikes_per_year, "1/year", Limits::between(0.0, 365.0),
            "Mean number of fee spikes.");
  table.add(key + "spike_tail_index", config.spike_tail_index, "", Limits::between(0.5, 20.0),
            "Pareto tail index of the factor by which a spike raises fees.");
  table.add(key + "spike_min_days", config.spike_min_days, "days", Limits::between(0.05, 365.0),
            "Shortest spike.");
  table.add(key + "spike_max_days", config.spike_max_days, "days", Limits::between(0.05, 365.0),
            "Longest spike.");
  table.add(key + "price_correlation", config.price_correlation, "", Limits::between(-1.0, 1.0),
            "Correlation of the daily innovations of level and price.");
}

}  // namespace

Satoshi FeeSource::next_block(const BlockSearch& search) {
  AICMP_ASSERT(search.previous <= search.found - search.template_age);
  const Satoshi fees = draw(search, blocks_);
  Satoshi& oldest = window_[blocks_ % kWindow];
  window_sum_ += fees - oldest;
  oldest = fees;
  ++blocks_;
  state_.last = fees;
  state_.mean_144 = Satoshi(window_sum_.value() /
                            static_cast<std::int64_t>(std::min<std::size_t>(blocks_, kWindow)));
  state_.mempool_mvb = mempool_mvb();
  return fees;
}

void FeeSource::warm_up() {
  const Time interval = Time::seconds(600.0);
  for (Time t = Time() - kFeeWarmUp; t < Time(); t += interval)
    next_block({t, t + interval, Time()});
}

std::unique_ptr<FeeSource> make_fee_source(const FeeConfig& config, const WorldKey& key,
                                           std::int64_t start_unix_s, Time horizon,
                                           PricePath* prices) {
  switch (config.model) {
    case FeeModel::kConstant:
      break;
    case FeeModel::kStatistical:
      return statistical_fees(config.statistical, key, start_unix_s, prices);
    case FeeModel::kMempool:
      return std::make_unique<MempoolFees>(config.mempool, key, start_unix_s, prices);
    case FeeModel::kReplay:
      return replayed_fees(config.replay, start_unix_s, horizon);
  }
  return std::make_unique<ConstantFees>(config.constant_btc);
}

void add_options(OptionTable& table, FeeConfig& config) {
  const std::string key = "market.fees.";
  table.add_choice(key + "model", config.model,
                   {{"constant", FeeModel::kConstant},
                    {"statistical", FeeModel::kStatistical},
                    {"mempool", FeeModel::kMempool},
                    {"replay", FeeModel::kReplay}},
                   "Where the fees of a block come from: one number, a cheap statistical process, "
                   "a simulated mempool, or history.");
  table.add(key + "constant_btc", config.constant_btc, "BTC/block", Limits::between(0.0, 1000.0),
            "Fees of each block under the constant model.");
  table.add(key + "template_refresh_s", config.template_refresh_s, "s", Limits::between(0.0, 600.0),
            "Time between block templates after a new block; 0: always fresh. Fees that arrive "
            "after the last one wait. Used by the statistical and the mempool model.");
  add_statistical_options(table, config.statistical);
  table.add_path(key + "replay.file", config.replay.file,
                 "CSV with a column time (Unix seconds) or date and one of fees.");
  table.add(key + "replay.column", config.replay.column, "Column that holds the fees of a block.");
  table.add(key + "replay.sat_per_unit", config.replay.sat_per_unit, "sat", Limits::positive(),
            "Satoshi per unit of the column: 1e8 if it is in BTC.");
  table.add(key + "replay.per_column", config.replay.per_column,
            "Column to divide by, such as the number of blocks if fees are those of a day.");
  add_options(table, config.mempool);
}

}  // namespace aicmp
