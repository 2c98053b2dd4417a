#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/units.hpp"
#include "sim/pool/monitor/cusum.hpp"

namespace aicmp {

/// Notices that more shares come in than usual: a CUSUM for a doubling of their mean while it
/// learned. It knows nothing of who sends them, and warns again once they were few again.
class TrafficWatch {
 public:
  /// `threshold` as of Cusum; learns until `learn_until`.
  TrafficWatch(double threshold, Time learn_until)
      : threshold_(threshold), learn_until_(learn_until) {}

  /// `received` counts shares since the start.
  void look(Time now, std::int64_t received);

  std::span<const Time> alarms() const { return alarms_; }

 private:
  double threshold_;
  Time learn_until_;
  Time last_look_;
  std::int64_t seen_ = 0;
  double mean_per_s_ = 0.0;
  Cusum test_;
  bool raised_ = false;
  std::vector<Time> alarms_;
};

}  // namespace aicmp
