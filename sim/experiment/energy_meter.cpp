#include "sim/experiment/energy_meter.hpp"

#include <algorithm>

namespace aicmp {

void EnergyMeter::advance(Time now) {
  while (metered_ < now) {
    const Time next = std::min(price_.next_change(metered_), now);
    usd_per_w_ += price_.usd_per_mwh(metered_) * 1e-6 * (next - metered_).in_hours();
    metered_ = next;
  }
}

}  // namespace aicmp
