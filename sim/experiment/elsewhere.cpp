#include "sim/experiment/elsewhere.hpp"

namespace aicmp {

void Elsewhere::book(Time now) {
  const double sat_per_hash_per_s = sat_per_hash_ * (now - booked_).in_seconds();
  for (std::size_t i = 0; i < hashes_per_s_.size(); ++i) {
    if (hashes_per_s_[i] == 0.0) continue;
    const double value = hashes_per_s_[i] * sat_per_hash_per_s;
    expected_sat_[i] += value;
    earned_sat_[i] += value * kept_[i];
  }
  booked_ = now;
}

}  // namespace aicmp
