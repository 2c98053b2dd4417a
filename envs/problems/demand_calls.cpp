#include "envs/problems/demand_calls.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {
namespace {

MarkovChain phases_of(const ResponseConfig& config, double step_hours) {
  if (config.bid_part == 0.0) return MarkovChain(1, {1.0});
  const auto notice = static_cast<std::size_t>(config.notice_minutes / 60.0 / step_hours);
  const std::size_t phases = notice + 2;
  std::vector<double> rows(phases * phases, 0.0);
  const double announced = -std::expm1(-calls_per_hour(config) * step_hours);
  rows[0] = 1.0 - announced;
  rows[1] = announced;
  for (std::size_t phase = 1; phase + 1 < phases; ++phase) rows[phase * phases + phase + 1] = 1.0;
  const double over = std::min(1.0, step_hours / config.call_hours);
  rows[(phases - 1) * phases] = over;
  rows[phases * phases - 1] = 1.0 - over;
  return MarkovChain(phases, rows);
}

}  // namespace

DemandCalls::DemandCalls(const ResponseConfig& config, double step_hours)
    : config_(config), chain_(phases_of(config, step_hours)) {}

double DemandCalls::paid(std::size_t phase, double power) const {
  const double bid = config_.bid_part;
  const double offered_on = std::clamp(power - (1.0 - bid), 0.0, bid);
  if (!called(phase)) return config_.capacity_usd_per_mwh * offered_on;
  return config_.curtailed_usd_per_mwh * (bid - offered_on) -
         config_.penalty_usd_per_mwh * offered_on;
}

}  // namespace aicmp
