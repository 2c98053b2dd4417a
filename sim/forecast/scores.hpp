#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/forecast/forecaster.hpp"

namespace aicmp {

/// A forecast beside what came.
struct Outcome {
  Forecast forecast;
  double truth = 0.0;
};

struct Scores {
  std::size_t count = 0;
  double mae = 0.0;
  double rmse = 0.0;
  double pinball = 0.0;      // mean over kLevels; half of the absolute error for a single point
  double coverage_90 = 0.0;  // part between the outer quantiles; .9 is right
};

Scores score(std::span<const Outcome> outcomes);

enum class Loss { kSquared, kPinball };

/// Skill of one forecaster against another on the same outcomes: 1 - loss / loss of the other.
struct Skill {
  double skill = 0.0;
  double low = 0.0;  // 95 %
  double high = 0.0;
  double statistic = 0.0;  // Diebold-Mariano, positive if the forecaster is better
  double p_value = 1.0;    // two-sided
  /// The whole interval lies above none.
  bool clear() const { return low > 0.0; }
};

/// Diebold and Mariano (1995): the mean difference of losses over its standard error, long-run by
/// Newey and West with Bartlett weights over max(steps - 1, n^(1/3)) lags, with the correction of
/// Harvey, Leybourne and Newbold (1997) and Student's t. `steps` is the horizon. The interval is
/// that of the difference over the other's mean loss. Needs 10 outcomes, both in the same order.
Skill skill_against(std::span<const Outcome> forecaster, std::span<const Outcome> other, Loss loss,
                    int steps);

}  // namespace aicmp
