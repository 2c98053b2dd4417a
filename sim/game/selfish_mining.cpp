#include "sim/game/selfish_mining.hpp"

#include "sim/base/error.hpp"

namespace aicmp {

double selfish_mining_revenue(double alpha, double gamma) {
  AICMP_ASSERT(alpha >= 0.0 && alpha < 0.5 && gamma >= 0.0 && gamma <= 1.0);
  const double honest = 1.0 - alpha;
  const double won =
      alpha * honest * honest * (4.0 * alpha + gamma * (1.0 - 2.0 * alpha)) - alpha * alpha * alpha;
  return won / (1.0 - alpha * (1.0 + (2.0 - alpha) * alpha));
}

double selfish_mining_threshold(double gamma) {
  AICMP_ASSERT(gamma >= 0.0 && gamma <= 1.0);
  return (1.0 - gamma) / (3.0 - 2.0 * gamma);
}

}  // namespace aicmp
