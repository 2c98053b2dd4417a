#include "sim/forecast/walk_forward.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace aicmp {

std::vector<std::vector<Outcome>> walk_forward(std::span<const double> series,
                                               const WalkForward& plan, Forecaster& forecaster) {
  AICMP_ASSERT(plan.first >= Forecaster::kLeastHistory && plan.refit_every > 0);
  std::vector<std::vector<Outcome>> outcomes(plan.horizons.size());
  for (std::size_t known = plan.first; known < series.size(); ++known) {
    const std::span<const double> history = series.first(known);
    if ((known - plan.first) % plan.refit_every == 0) {
      const std::size_t seen = plan.window > 0 ? std::min(plan.window, known) : known;
      forecaster.fit(history.last(seen), plan.horizons);
    }
    for (std::size_t h = 0; h < plan.horizons.size(); ++h) {
      const std::size_t then = known - 1 + static_cast<std::size_t>(plan.horizons[h]);
      if (then >= series.size()) continue;
      outcomes[h].push_back({forecaster.forecast(history, h), series[then]});
    }
  }
  return outcomes;
}

}  // namespace aicmp
