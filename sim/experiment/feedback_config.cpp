#include "sim/experiment/feedback_config.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/units.hpp"

namespace aicmp {
namespace {

void check_bounds(const char* key, double low, double high) {
  if (low <= high) return;
  throw ConfigError({}, fmt::format("feedback.{}_min", key),
                    fmt::format("{:g} is above feedback.{}_max", low, key),
                    fmt::format("<= {:g}", high));
}

}  // namespace

double FeedbackConfig::alarm_threshold() const {
  return std::log(kDaysPerYear / false_alarms_per_year);
}

void add_options(OptionTable& table, FeedbackConfig& config) {
  table.add("feedback.enabled", config.enabled,
            "Let the pool adjust itself by forecasts, its luck and its miners' work.");
  table.add("feedback.review_days", config.review_days, "d", Limits::between(1.0, 3650.0),
            "Time between reviews of fee, eta and share difficulty. Tests look every day.");
  table.add("feedback.false_alarms_per_year", config.false_alarms_per_year, "1/a",
            {.min = 0.0, .max = 100.0, .min_open = true},
            "Bound on false alarms of the test of forecasts and of that of luck.");
  table.add_choice("feedback.forecaster", config.forecaster,
                   {{"persistence", FeeForecaster::kPersistence},
                    {"exponential_smoothing", FeeForecaster::kExponentialSmoothing},
                    {"autoregression", FeeForecaster::kAutoregression},
                    {"lstm", FeeForecaster::kLstm}},
                   "What foretells the mean fees of blocks, after 60 days of history.");
  table.add(
      "feedback.retrain_days", config.retrain_days, "d", Limits::between(1.0, 3650.0),
      "Time between fits while nothing drifts. After a drift the forecaster is not used until "
      "60 days of the new regime are known.");
  table.add("feedback.lost_blocks", config.lost_blocks, "", Limits::between(0.01, 0.99),
            "Part of the pool's blocks whose loss its luck is tested for.");
  table.add("feedback.ruin", config.ruin, "", {.min = 0.0, .max = 1.0, .max_open = true},
            "Fees of schemes whose operator bears the luck are set so that this is the probability "
            "of ruin, given the reserve; 0: fees are left alone.");
  const Limits fee{.min = 0.0, .max = 1.0, .max_open = true};
  table.add("feedback.fee_min", config.fee_min, "", fee, "Lower bound of fees.");
  table.add("feedback.fee_max", config.fee_max, "", fee, "Upper bound of fees.");
  table.add("feedback.fee_step", config.fee_step, "", Limits::between(0.001, 1.0),
            "Largest change of a fee at a review.");
  table.add("feedback.top_fee", config.top_fee, "", fee,
            "Eta is set so that the largest tenth of the miners pays this part more than all do on "
            "average; 0: eta is left alone.");
  table.add("feedback.eta_min", config.eta_min, "", Limits::between(0.0, 1.0),
            "Lower bound of eta.");
  table.add("feedback.eta_max", config.eta_max, "", Limits::between(0.0, 1.0),
            "Upper bound of eta.");
  table.add("feedback.shares_per_s", config.shares_per_s, "1/s", Limits::between(0.0, 1e9),
            "Share difficulty, under rule fixed, is set so that all miners together send so many "
            "shares; 0: it is left alone.");
  const Limits difficulty{.min = 0.0, .max = 1e18, .min_open = true};
  table.add("feedback.share_difficulty_min", config.share_difficulty_min, "difficulty-1 shares",
            difficulty, "Lower bound of the share difficulty.");
  table.add("feedback.share_difficulty_max", config.share_difficulty_max, "difficulty-1 shares",
            difficulty, "Upper bound of the share difficulty.");
}

void check(const FeedbackConfig& config, const PoolConfig& pool) {
  if (!config.enabled) return;
  check_bounds("fee", config.fee_min, config.fee_max);
  check_bounds("eta", config.eta_min, config.eta_max);
  check_bounds("share_difficulty", config.share_difficulty_min, config.share_difficulty_max);
  if (config.shares_per_s > 0.0 && pool.difficulty_rule != ShareDifficultyRule::kFixed) {
    throw ConfigError({}, "feedback.shares_per_s",
                      "the pool's rule sets share difficulties by itself",
                      "0, or pool.share_difficulty_rule = \"fixed\"");
  }
}

}  // namespace aicmp
