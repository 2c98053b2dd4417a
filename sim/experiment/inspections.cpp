#include "sim/experiment/inspections.hpp"

#include <algorithm>

#include "sim/base/distributions.hpp"

namespace aicmp {

Inspections::Inspections(const DetectionConfig& config, const Population& miners,
                         const WorldKey& key)
    : rng_(key, StreamId::kDetection) {
  for (std::uint32_t i = 0; i < miners.size(); ++i) {
    const bool is_false = i > 0 && miners.owner[i] == miners.owner[i - 1];
    (is_false ? false_identities_ : honest_).push_back(i);
  }
  found_per_day_ = config.per_month / kDaysPerMonth * static_cast<double>(false_identities_.size());
  alarms_per_day_ =
      config.false_alarms_per_month / kDaysPerMonth * static_cast<double>(honest_.size());
  schedule();
}

Finding Inspections::take() {
  const bool is_false = uniform(rng_) * (found_per_day_ + alarms_per_day_) < found_per_day_;
  const std::vector<std::uint32_t>& accounts = is_false ? false_identities_ : honest_;
  const auto index = static_cast<std::size_t>(uniform(rng_) * static_cast<double>(accounts.size()));
  const Finding finding{accounts[std::min(index, accounts.size() - 1)], is_false};
  schedule();
  return finding;
}

void Inspections::schedule() {
  const double per_day = found_per_day_ + alarms_per_day_;
  if (per_day == 0.0) {
    next_ = Time::forever();
    return;
  }
  const Time wait = Time::days(exponential(rng_) / per_day);
  next_ = wait < Time::forever() - next_ ? next_ + wait : Time::forever();
}

}  // namespace aicmp
