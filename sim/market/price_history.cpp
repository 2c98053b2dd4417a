#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/market/history.hpp"
#include "sim/market/price_models.hpp"
#include "sim/market/step_sources.hpp"

namespace aicmp {
namespace {

History read_prices(const PriceConfig& config, std::optional<HistoryQuery::Span> span) {
  if (config.file.empty()) {
    throw ConfigError({}, "market.price.file", "this price model needs a file of prices");
  }
  return read_history({.path = config.file,
                       .column = config.file_column,
                       .limits = Limits::positive(),
                       .date_row = DateRow::kClose,
                       .span = span});
}

std::vector<double> log_returns(const History& history) {
  std::vector<double> returns(history.values.size() - 1);
  for (std::size_t i = 0; i < returns.size(); ++i) {
    returns[i] = std::log(history.values[i + 1] / history.values[i]);
  }
  return returns;
}

/// Mean and deviation of a day from those of a row, as if rows were independent.
void standardise(PriceProcess& process, const std::vector<double>& returns,
                 std::int64_t spacing_s) {
  Moments moments;
  for (double log_return : returns) moments.add(log_return);
  const double rows_per_day = 86400.0 / static_cast<double>(spacing_s);
  process.daily_mean_log = moments.mean() * rows_per_day;
  process.daily_sd_log = moments.standard_deviation() * std::sqrt(rows_per_day);
}

/// Stationary bootstrap (Politis and Romano 1994): blocks of geometric length that start anywhere
/// in the record and wrap around its end, so every recorded return is equally likely.
class Bootstrap final : public GridPrice {
 public:
  Bootstrap(double initial_usd, Time step, std::vector<double> returns, double mean_block_steps,
            const WorldKey& key)
      : GridPrice(initial_usd, step),
        returns_(std::move(returns)),
        new_block_(1.0 / mean_block_steps),
        rng_(key, StreamId::kPrice),
        position_(draw_position()) {}

 private:
  double next_log_return() override {
    const double log_return = returns_[position_];
    position_ = uniform(rng_) < new_block_ ? draw_position() : (position_ + 1) % returns_.size();
    return log_return;
  }

  std::size_t draw_position() {
    return static_cast<std::size_t>(uniform(rng_) * static_cast<double>(returns_.size()));
  }

  std::vector<double> returns_;
  double new_block_;
  Rng rng_;
  std::size_t position_;
};

}  // namespace

PriceProcess bootstrap_price(const PriceConfig& config, const WorldKey& key) {
  const History history = read_prices(config, std::nullopt);
  std::vector<double> returns = log_returns(history);
  const auto step_days = static_cast<double>(history.spacing_s) / 86400.0;
  if (config.bootstrap.mean_block_days < step_days) {
    throw ConfigError({}, "market.price.bootstrap.mean_block_days",
                      "a block must hold a row of the file or more",
                      fmt::format(">= {}", step_days));
  }
  if (!config.bootstrap.keep_drift) {
    Moments growth;
    for (double log_return : returns) growth.add(std::exp(log_return));
    const double shift =
        config.drift_per_year * step_days / kDaysPerMarketYear - std::log(growth.mean());
    for (double& log_return : returns) log_return += shift;
  }
  PriceProcess process;
  standardise(process, returns, history.spacing_s);
  process.path = std::make_unique<Bootstrap>(
      config.initial_usd, Time::seconds(static_cast<double>(history.spacing_s)), std::move(returns),
      config.bootstrap.mean_block_days / step_days, key);
  return process;
}

PriceProcess replayed_price(const PriceConfig& config, std::int64_t start_unix_s, Time horizon) {
  const CivilTime civil(start_unix_s);
  History history = read_prices(config, span_of_run(civil, horizon));
  PriceProcess process;
  standardise(process, log_returns(history), history.spacing_s);
  process.path = replay_steps(std::move(history), civil);
  return process;
}

}  // namespace aicmp
