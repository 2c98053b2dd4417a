#include "sim/game/withholding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kRounding = 1e-12;  // parts such as 0.7 and 0.3 need not sum to 1 exactly

void check(const WithholdingGame& game, double inside) {
  AICMP_ASSERT(game.attacker > 0.0 && game.attacker < 1.0 && game.victim > 0.0);
  AICMP_ASSERT(game.attacker + game.victim <= 1.0 + kRounding);
  AICMP_ASSERT(inside >= 0.0 && inside <= game.attacker);
}

}  // namespace

double withholding_before_retarget(const WithholdingGame& game, double inside) {
  check(game, inside);
  return game.attacker - inside + game.victim * inside / (game.victim + inside);
}

double withholding_revenue(const WithholdingGame& game, double inside) {
  return withholding_before_retarget(game, inside) / (1.0 - inside);
}

double best_withholding(const WithholdingGame& game) {
  check(game, 0.0);
  const double others = 1.0 - game.attacker;
  const double bystanders = std::max(0.0, others - game.victim);
  return game.attacker * game.victim /
         (others + std::sqrt(others * others + bystanders * game.attacker));
}

double victim_density(const WithholdingGame& game, double inside) {
  check(game, inside);
  return game.victim / (game.victim + inside) / (1.0 - inside);
}

double bystander_density(double inside) {
  AICMP_ASSERT(inside >= 0.0 && inside < 1.0);
  return 1.0 / (1.0 - inside);
}

double withholding_payback_epochs(const WithholdingGame& game, double inside) {
  const double loss = game.attacker - withholding_before_retarget(game, inside);
  const double gain = withholding_revenue(game, inside) - game.attacker;
  return gain > 0.0 ? loss / gain : std::numeric_limits<double>::infinity();
}

double pps_withholding_revenue(double attacker, double fee, double inside) {
  AICMP_ASSERT(attacker > 0.0 && attacker < 1.0 && fee >= 0.0 && fee < 1.0);
  AICMP_ASSERT(inside >= 0.0 && inside <= attacker);
  return (attacker - fee * inside) / (1.0 - inside);
}

double pps_withholding_loss(double fee, double inside) {
  AICMP_ASSERT(fee >= 0.0 && fee < 1.0 && inside >= 0.0 && inside < 1.0);
  return (1.0 - fee) * inside / (1.0 - inside);
}

double best_pps_withholding(double attacker, double fee) {
  AICMP_ASSERT(attacker > 0.0 && attacker < 1.0 && fee >= 0.0 && fee < 1.0);
  return attacker > fee ? attacker : 0.0;
}

double blocks_to_accuse(double false_alarm) {
  AICMP_ASSERT(false_alarm > 0.0 && false_alarm < 1.0);
  return -std::log(false_alarm);
}

MutualWithholding mutual_withholding(double first, double second, double to_second,
                                     double to_first) {
  AICMP_ASSERT(first > 0.0 && second > 0.0 && first + second <= 1.0 + kRounding);
  AICMP_ASSERT(to_second >= 0.0 && to_second <= first && to_first >= 0.0 && to_first <= second);
  AICMP_ASSERT(to_second + to_first < 1.0);
  const double working = 1.0 - to_second - to_first;
  const double found1 = (first - to_second) / working;
  const double found2 = (second - to_first) / working;
  const double both = first * second + first * to_second + second * to_first;
  return {{to_second, to_first},
          {(second * found1 + to_second * (found1 + found2)) / both,
           (first * found2 + to_first * (found1 + found2)) / both}};
}

double best_mutual_withholding(double own, double other, double received) {
  AICMP_ASSERT(own > 0.0 && other > 0.0 && own + other <= 1.0 + kRounding);
  AICMP_ASSERT(received >= 0.0 && received <= other);
  // r = (A + B x - x^2) / (E + F x - G x^2); where r' = 0: q x^2 + 2 h x + c = 0.
  const double a = own * other;
  const double b = own - received;
  const double e = (1.0 - received) * other * (own + received);
  const double f = (1.0 - received) * own - other * (own + received);
  const double g = own;
  const double q = b * g - f;
  const double h = a * g - e;
  const double c = b * e - a * f;
  if (c <= 0.0) return 0.0;
  const double root = h * h - q * c;
  if (root < 0.0) return own;
  return std::min(own, c / (std::sqrt(root) - h));
}

MutualWithholding withholding_equilibrium(double first, double second) {
  double to_second = 0.0;
  double to_first = 0.0;
  for (int round = 0; round < 10'000; ++round) {
    const double x = best_mutual_withholding(first, second, to_first);
    const double y = best_mutual_withholding(second, first, x);
    const double moved = std::max(std::abs(x - to_second), std::abs(y - to_first));
    to_second = x;
    to_first = y;
    if (moved <= 1e-15) break;
  }
  return mutual_withholding(first, second, to_second, to_first);
}

}  // namespace aicmp
