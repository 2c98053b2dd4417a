#include "agents/a2c.hpp"

#include <limits>
#include <numeric>

namespace aicmp {

A2c::A2c(const RunSettings& run, const A2cConfig& config, std::unique_ptr<Environment> env)
    : OnPolicy(run, config, std::move(env)), rows_(rollout().size()) {
  std::iota(rows_.begin(), rows_.end(), 0u);
}

PolicyLoss A2c::learn() {
  // On its own data a ratio without a clip has the gradient of the log-probability.
  return descend(rows_, {.clip = std::numeric_limits<double>::infinity()});
}

}  // namespace aicmp
