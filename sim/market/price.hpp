#pragma once

#include <cstdint>
#include <string>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

enum class PriceModel { kConstant, kGbm, kMerton, kHeston, kRegime, kBootstrap, kReplay };

/// Options market.price.*. Years have 365 days, as markets never close. Defaults are calibrated to
/// daily log returns of 2018-2026.
struct PriceConfig {
  PriceModel model = PriceModel::kGbm;
  double initial_usd = 60000.0;
  /// The parametric models change the price at multiples of this.
  double step_hours = 1.0;
  /// mu in E[S(t)] = S(0) exp(mu t), under every parametric model.
  double drift_per_year = 0.0;
  /// Diffusive standard deviation of log returns (GBM and Merton).
  double volatility_per_year = 0.5;

  struct Merton {
    double jumps_per_year = 4.1;
    double jump_mean_log = -0.01;
    double jump_sd_log = 0.12;
  } merton;

  struct Heston {
    double reversion_per_year = 5.0;               // kappa
    double mean_variance_per_year = 0.3;           // theta; also the initial variance
    double volatility_of_variance_per_year = 1.0;  // xi
    double correlation = -0.15;                    // rho of price and variance
  } heston;

  struct Regime {
    double calm_volatility_per_year = 0.34;
    double wild_volatility_per_year = 1.03;
    double calm_mean_days = 7.6;
    double wild_mean_days = 3.6;
  } regime;

  struct Bootstrap {
    double mean_block_days = 10.0;
    /// Keep the mean log return of the file; otherwise `drift_per_year` replaces it.
    bool keep_drift = false;
  } bootstrap;

  /// Bootstrap and replay: a CSV as described in history.hpp.
  std::string file;
  std::string file_column = "price_usd";
};

void add_options(OptionTable& table, PriceConfig& config);

struct PriceProcess;

/// USD per BTC as a step function of time, drawn from StreamId::kPrice: the value at t depends
/// on the config, the key and t, not on what was asked before.
class PricePath {
 public:
  /// Throws ConfigError or IoError for contradictory options and unusable files; a replay must
  /// cover [0, horizon]. Nothing else throws.
  PricePath(const PriceConfig& config, const WorldKey& key, std::int64_t start_unix_s,
            Time horizon);

  /// `t` must be 0 or later.
  double usd_per_btc(Time t) { return path_.at(t); }
  /// First time after `t` at which the price may change: a control point.
  Time next_change(Time t) { return path_.next_change(t); }

  /// Log return of the last full day (days since the start of the run) before `t`, standardised
  /// to mean 0 and variance 1 by the model's own law (replay: by the part of the file in use).
  /// 0 on the first day and where the price does not vary. What wants to move with the price adds
  /// rho times this.
  double daily_innovation(Time t);
  /// False for a price that cannot move.
  bool varies() const { return daily_sd_log_ > 0.0; }

 private:
  explicit PricePath(PriceProcess process);

  StepPath path_;
  double daily_mean_log_;
  double daily_sd_log_;
  std::int64_t innovation_day_ = 0;
  double innovation_ = 0.0;
};

}  // namespace aicmp
