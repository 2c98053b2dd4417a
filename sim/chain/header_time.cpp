#include "sim/chain/header_time.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/chain/retarget.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kMaxFutureS = 7200;

}  // namespace

void add_options(OptionTable& table, HeaderTimeConfig& config) {
  table.add("network.header_time.max_job_age_s", config.max_job_age_s, "s",
            Limits::between(0.0, 3600.0),
            "Age of the job that finds a block is uniform up to this; header times lag by it.");
  table.add("network.header_time.clock_error_probability", config.clock_error_probability, "",
            Limits::between(0.0, 1.0), "Probability that the finder's clock is wrong.");
  table.add("network.header_time.clock_error_s", config.clock_error_s, "s",
            Limits::between(0.0, 7200.0), "Mean size of a clock error, ahead or behind.");
}

HeaderClock::HeaderClock(const HeaderTimeConfig& config, const WorldKey& key,
                         std::int64_t tip_unix_s)
    : config_(config), key_(key), newest_(kMedianSpan - 1) {
  for (std::size_t i = 0; i < kMedianSpan; ++i) {
    times_[i] = tip_unix_s - static_cast<std::int64_t>(newest_ - i) * kTargetSpacingS;
  }
}

std::int64_t HeaderClock::stamp(std::int64_t height, double found_unix_s,
                                double since_parent_s) const {
  Rng rng(key_, StreamId::kHeaderTime, 0, static_cast<std::uint32_t>(height));
  const double age_s = std::min(uniform(rng) * config_.max_job_age_s, since_parent_s);
  double error_s = 0.0;
  if (uniform(rng) < config_.clock_error_probability) {
    const double sign = uniform(rng) < 0.5 ? -1.0 : 1.0;
    error_s = sign * config_.clock_error_s * exponential(rng);
  }
  const auto latest = static_cast<std::int64_t>(std::floor(found_unix_s)) + kMaxFutureS;
  const auto wanted = static_cast<std::int64_t>(std::floor(found_unix_s - age_s + error_s));
  return std::max(std::min(wanted, latest), median_time_past() + 1);
}

void HeaderClock::append(std::int64_t header_unix_s) {
  newest_ = (newest_ + 1) % kMedianSpan;
  times_[newest_] = header_unix_s;
}

std::int64_t HeaderClock::median_time_past() const {
  auto sorted = times_;
  const auto middle = sorted.begin() + kMedianSpan / 2;
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

}  // namespace aicmp
