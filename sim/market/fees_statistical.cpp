#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/units.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/fee_models.hpp"
#include "sim/market/hourly_level.hpp"

namespace aicmp {
namespace {

// Entities of StreamId::kFees.
constexpr std::uint32_t kLevelEntity = 0;
constexpr std::uint32_t kEpisodeEntity = 1;  // regimes and spikes
constexpr std::uint32_t kBlockEntity = 2;

constexpr double kHoursPerDay = 24.0;
constexpr double kFeeHoursPerYear = kDaysPerMarketYear * kHoursPerDay;
constexpr double kBlockIntervalS = 600.0;

class StatisticalFees final : public FeeSource {
 public:
  StatisticalFees(const StatisticalFeeConfig& config, const WorldKey& key,
                  std::int64_t start_unix_s, PricePath* prices)
      : config_(config),
        key_(key),
        civil_(start_unix_s),
        level_(config.persistence_per_day, config.price_correlation, prices,
               Rng(key, StreamId::kFees, kLevelEntity)),
        episodes_(key, StreamId::kFees, kEpisodeEntity),
        accrual_mean_(std::tgamma(1.0 + config.accrual_exponent)),
        hour_end_(Time() - kFeeWarmUp) {
    warm_up();
  }

 private:
  Satoshi draw(const BlockSearch& search, std::uint32_t index) override {
    while (hour_end_ <= search.found) enter_hour();
    Rng rng(key_, StreamId::kFees, kBlockEntity, index);
    const double noise = config_.noise_sd_log * normal(rng);
    const double sought_s = (search.found - search.template_age - search.previous).in_seconds();
    const double accrual =
        std::pow(sought_s / kBlockIntervalS, config_.accrual_exponent) / accrual_mean_;
    const double btc =
        std::exp(log_btc_ + noise) * config_.season.at(civil_, search.found) * accrual;
    return Satoshi(std::llround(std::fmin(btc, kMostBtc) * kSatoshiPerBtc));
  }

  void enter_hour() {
    change_regime();
    change_spike();
    log_btc_ = std::log(config_.regime_median_btc[regime_]) + log_spike_ +
               config_.level_sd_log * level_.next(hour_end_);
    hour_end_ += Time::hours(1.0);
  }

  void change_regime() {
    const std::size_t regimes = config_.regime_median_btc.size();
    if (regimes < 2 || uniform(episodes_) * config_.regime_mean_days * kHoursPerDay >= 1.0) return;
    const auto others = static_cast<double>(regimes - 1);
    regime_ = (regime_ + 1 + static_cast<std::size_t>(uniform(episodes_) * others)) % regimes;
  }

  void change_spike() {
    if (spike_hours_left_ > 0.0) {
      spike_hours_left_ -= 1.0;
      if (spike_hours_left_ <= 0.0) log_spike_ = 0.0;
      return;
    }
    if (uniform(episodes_) * kFeeHoursPerYear >= config_.spikes_per_year) return;
    log_spike_ = exponential(episodes_) / config_.spike_tail_index;
    const double days = config_.spike_min_days +
                        (config_.spike_max_days - config_.spike_min_days) * uniform(episodes_);
    spike_hours_left_ = days * kHoursPerDay;
  }

  static constexpr double kMostBtc = 1e6;  // keeps satoshi far from overflow

  StatisticalFeeConfig config_;
  WorldKey key_;
  CivilTime civil_;
  HourlyLevel level_;
  Rng episodes_;
  double accrual_mean_;
  Time hour_end_;
  std::size_t regime_ = 0;
  double log_spike_ = 0.0;
  double spike_hours_left_ = 0.0;
  double log_btc_ = 0.0;  // of the present hour, before season, noise and accrual
};

}  // namespace

std::unique_ptr<FeeSource> statistical_fees(const StatisticalFeeConfig& config, const WorldKey& key,
                                            std::int64_t start_unix_s, PricePath* prices) {
  const std::string group = "market.fees.statistical.";
  if (config.regime_median_btc.empty()) {
    throw ConfigError({}, group + "regime_median_btc", "at least one regime is needed");
  }
  if (config.spike_max_days < config.spike_min_days) {
    throw ConfigError({}, group + "spike_max_days", "is below spike_min_days",
                      fmt::format(">= {}", config.spike_min_days));
  }
  if (config.season.daily_amplitude + config.season.weekly_amplitude >= 1.0) {
    throw ConfigError({}, group + "season",
                      "daily_amplitude and weekly_amplitude must sum to less than 1");
  }
  return std::make_unique<StatisticalFees>(config, key, start_unix_s, prices);
}

}  // namespace aicmp
