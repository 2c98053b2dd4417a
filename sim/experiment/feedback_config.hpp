#pragma once

#include <cstdint>

#include "sim/base/options.hpp"
#include "sim/pool/pool_config.hpp"

namespace aicmp {

/// What foretells the mean fees of blocks.
enum class FeeForecaster { kPersistence, kExponentialSmoothing, kAutoregression, kLstm };

/// The loop of operation, learning and adjustment: `[feedback]`.
struct FeedbackConfig {
  bool enabled = false;
  std::int64_t review_days = 7;
  double false_alarms_per_year = 0.5;  // of each test, at most

  FeeForecaster forecaster = FeeForecaster::kAutoregression;
  double retrain_days = 30.0;  // between fits while nothing drifts

  double lost_blocks = 0.2;  // part of the pool's blocks whose loss its luck is tested for
  double ruin = 0.01;        // probability that fees are to hold; 0: fees are left alone
  double fee_min = 0.005;
  double fee_max = 0.04;
  double fee_step = 0.005;  // largest change of a review

  double top_fee = 0.01;  // that the largest tenth may pay for eta; 0: eta is left alone
  double eta_min = 0.8;
  double eta_max = 1.0;

  double shares_per_s = 0.0;  // of all miners; 0: share difficulty is left alone
  double share_difficulty_min = 1.0;
  double share_difficulty_max = 1e9;

  /// Of a CUSUM that is fed every day, for false_alarms_per_year (Lorden 1971).
  double alarm_threshold() const;
};

/// Options `feedback.*`.
void add_options(OptionTable& table, FeedbackConfig& config);

/// Refuses bounds that cross and a share difficulty that is not the pool's
/// to set; ConfigError without a file.
void check(const FeedbackConfig& config, const PoolConfig& pool);

}  // namespace aicmp
