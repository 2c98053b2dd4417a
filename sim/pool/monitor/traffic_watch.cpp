#include "sim/pool/monitor/traffic_watch.hpp"

namespace aicmp {
namespace {

constexpr double kTrafficFactor = 2.0;

}  // namespace

void TrafficWatch::look(Time now, std::int64_t received) {
  const auto count = static_cast<double>(received - seen_);
  const double expected = mean_per_s_ * (now - last_look_).in_seconds();
  const bool learning = last_look_ < learn_until_;
  seen_ = received;
  last_look_ = now;
  if (learning) {
    mean_per_s_ = static_cast<double>(received) / now.in_seconds();
    return;
  }
  if (expected == 0.0) return;  // nothing was counted while it learned
  if (raised_) {
    raised_ = count > kTrafficFactor * expected;
    return;
  }
  test_.add_count(count, expected, kTrafficFactor);
  if (test_.value() < threshold_) return;
  test_.reset();
  raised_ = true;
  alarms_.push_back(now);
}

}  // namespace aicmp
