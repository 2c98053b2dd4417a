#include "sim/pool/hash_estimate.hpp"

#include <cmath>

namespace aicmp {

bool HashEstimate::fade_to(Time time) {
  const bool rescaled = work_.fade(std::exp((time - now_).in_seconds() / tau_s_));
  now_ = time;
  return rescaled;
}

bool HashEstimate::add(const CreditedShare& share) {
  const bool rescaled = fade_to(share.time);
  work_.add(share.miner, share.work);
  return rescaled;
}

bool HashEstimate::add_counts(const WorkBatch& batch, double part) {
  const bool rescaled = fade_to(batch.end);
  const double mean = part * mean_fading((batch.end - batch.begin).in_seconds(), tau_s_);
  for (std::uint32_t i = 0; i < batch.counts.size(); ++i) {
    if (batch.counts[i] > 0) work_.add(i, mean * batch.counts[i] * (*batch.difficulty)[i]);
  }
  return rescaled;
}

}  // namespace aicmp
