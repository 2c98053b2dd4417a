#pragma once

#include <optional>

namespace aicmp {

/// What an owner sets on a machine while it runs; what is empty stays as it is.
struct OwnerLimits {
  std::optional<double> max_power_w = {};  // at the wall; 0 is none
  std::optional<double> throttle_c = {};   // of the boards, as machines.thermal.throttle_c
  std::optional<double> off_c = {};        // as machines.thermal.off_c
  std::optional<double> warn_c = {};       // as machines.thermal.warn_c

  bool operator==(const OwnerLimits&) const = default;
};

}  // namespace aicmp
