#include "sim/pool/monitor/rate_estimates.hpp"

#include <cmath>

#include "sim/pool/decaying_scores.hpp"

namespace aicmp {

void WindowedRate::add(const SeenShares& seen) {
  ring_[next_] = seen;
  next_ = (next_ + 1) % kIntervals;
}

double WindowedRate::work_per_s() const {
  double work = 0.0;
  double seconds = 0.0;
  for (const SeenShares& seen : ring_) {
    work += seen.work;
    seconds += seen.seconds;
  }
  return seconds > 0.0 ? work / seconds : 0.0;
}

void DecayingRate::add(const SeenShares& seen) {
  if (seen.seconds <= 0.0) return;
  work_ = work_ * std::exp(-seen.seconds / tau_s_) + seen.work * mean_fading(seen.seconds, tau_s_);
  elapsed_s_ += seen.seconds;
}

double DecayingRate::work_per_s() const {
  return elapsed_s_ > 0.0 ? work_ / (tau_s_ * -std::expm1(-elapsed_s_ / tau_s_)) : 0.0;
}

GammaRate::GammaRate(double prior_work_per_s, double prior_shares, double tau_s)
    : prior_work_per_s_(prior_work_per_s), prior_shares_(prior_shares), tau_s_(tau_s) {}

void GammaRate::add(const SeenShares& seen) {
  const double kept = std::exp(-seen.seconds / tau_s_);
  shares_ = kept * shares_ + seen.shares;
  exposure_ = kept * exposure_ + seen.expected(1.0);
}

double GammaRate::work_per_s() const {
  return (prior_shares_ + shares_) / (prior_shares_ / prior_work_per_s_ + exposure_);
}

double GammaRate::cv() const {
  return 1.0 / std::sqrt(prior_shares_ + shares_);
}

}  // namespace aicmp
