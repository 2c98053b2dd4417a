#include "sim/experiment/hoppers.hpp"

#include <algorithm>
#include <limits>

namespace aicmp {

Hoppers::Hoppers(const FleetConfig& fleet, const Population& miners) {
  const auto threshold = [&](std::uint32_t group) {
    const GroupConfig& config = fleet.groups[group];
    return config.behaviour == Behaviour::kHop ? config.hop_after
                                               : std::numeric_limits<double>::infinity();
  };
  for (std::uint32_t g = 0; g < fleet.groups.size(); ++g) {
    if (fleet.groups[g].behaviour == Behaviour::kHop) thresholds_.push_back(threshold(g));
  }
  std::sort(thresholds_.begin(), thresholds_.end());
  thresholds_.erase(std::unique(thresholds_.begin(), thresholds_.end()), thresholds_.end());
  for (const std::uint32_t group : miners.group) threshold_of_account_.push_back(threshold(group));
}

void Hoppers::set_pace(Time now, double difficulties_per_s) {
  progress_ += pace_ * (now - since_).in_seconds();
  since_ = now;
  pace_ = difficulties_per_s;
  schedule();
}

void Hoppers::begin_round(Time now) {
  progress_ = 0.0;
  since_ = now;
  gone_ = 0;
  schedule();
}

void Hoppers::leave() {
  ++gone_;
  schedule();
}

void Hoppers::schedule() {
  next_leave_ = Time::forever();
  if (gone_ == thresholds_.size() || pace_ <= 0.0) return;
  const double left = std::max(0.0, thresholds_[gone_] - progress_);
  next_leave_ = since_ + Time::seconds(left / pace_);
}

std::vector<bool> Hoppers::present() const {
  const double left_below = gone_ == 0 ? 0.0 : thresholds_[gone_ - 1];
  std::vector<bool> here(threshold_of_account_.size());
  for (std::size_t i = 0; i < here.size(); ++i) here[i] = threshold_of_account_[i] > left_below;
  return here;
}

}  // namespace aicmp
