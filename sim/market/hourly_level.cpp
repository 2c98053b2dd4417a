#include "sim/market/hourly_level.hpp"

#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

const Time kFirstInnovation = Time::days(1.0);  // no full day of prices before

}  // namespace

Time hour_at_start(const CivilTime& local) {
  constexpr std::int64_t kHourS = 3600;
  return Time() - Time::seconds(static_cast<double>(local.start_unix_s() % kHourS));
}

HourlyLevel::HourlyLevel(double persistence_per_day, double price_correlation, PricePath* prices,
                         Rng rng)
    : persistence_(std::pow(persistence_per_day, 1.0 / 24.0)),
      innovation_sd_(std::sqrt(1.0 - persistence_ * persistence_)),
      correlation_(prices != nullptr && prices->varies() ? price_correlation : 0.0),
      prices_(prices),
      rng_(rng),
      value_(normal(rng_)) {}

double HourlyLevel::next(Time hour) {
  double innovation = normal(rng_);
  if (correlation_ != 0.0 && hour >= kFirstInnovation) {
    innovation = correlation_ * prices_->daily_innovation(hour) / std::sqrt(24.0) +
                 std::sqrt(1.0 - correlation_ * correlation_) * innovation;
  }
  value_ = persistence_ * value_ + innovation_sd_ * innovation;
  return value_;
}

}  // namespace aicmp
