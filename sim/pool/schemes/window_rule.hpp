#pragma once

#include <algorithm>
#include <span>

#include "sim/pool/scheme.hpp"

namespace aicmp {

/// The window of work that a scheme pays by, as its configuration says.
class WindowRule {
 public:
  WindowRule(const SchemeConfig& config, const SchemeContext& context)
      : carry_unfilled_(config.carry_unfilled),
        window_(
            context.windows->get({config.window, config.oldest_share, config.recut_at_retarget})) {}

  /// Work inside by miner, now.
  std::span<const double> work() { return window_.inside(); }
  /// Work inside at the last call of work().
  double total() const { return window_.total(); }
  /// The part of a block that the work inside earns: below 1 in a young window that carries.
  double paid_part() const {
    return carry_unfilled_ ? std::min(1.0, window_.total() / window_.length()) : 1.0;
  }

 private:
  bool carry_unfilled_;
  WorkWindow& window_;
};

}  // namespace aicmp
