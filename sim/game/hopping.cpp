#include "sim/game/hopping.hpp"

#include <cmath>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/special_functions/expint.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include "sim/base/error.hpp"
#include "sim/game/root.hpp"

namespace aicmp {

double HopPlan::fraction_in_pool() const {
  return -std::expm1(-leave_at);
}

double HopPlan::efficiency_in_pool() const {
  return 1.0 + gain / fraction_in_pool();
}

HopPlan best_hop_prop() {
  return best_hop_eta_round(1.0);
}

double score_share_worth(double kappa, double x) {
  AICMP_ASSERT(kappa > 0.0 && x > 0.0);
  const double fresh = -std::expm1(-x / kappa);
  boost::math::quadrature::tanh_sinh<double> integrator;
  return integrator.integrate(  // over 1 - w, so that the near pole at w = 1 keeps its digits
      [=](double v) { return std::pow(1.0 - v, kappa) / (fresh + (1.0 - fresh) * v); }, 0.0, 1.0);
}

HopPlan best_hop_score(double kappa) {
  AICMP_ASSERT(kappa >= 1e-3 && kappa <= 1e6);
  // The worth falls from infinity to 1 / (1 + kappa), and faster the smaller kappa.
  const double low = 1e-3 * std::min(1.0, kappa);
  const double leave =
      find_root([kappa](double x) { return score_share_worth(kappa, x) - 1.0; }, low, 1.0);
  return {leave, -kappa * std::expm1(-leave / kappa) * std::exp(-leave)};
}

double eta_round_hop_gain(double eta, double x) {
  AICMP_ASSERT(eta > 0.0 && eta <= 1.0 && x > 0.0);
  return std::pow(x, eta) *
         (eta < 1.0 ? boost::math::tgamma(1.0 - eta, x) : boost::math::expint(1, x));
}

HopPlan best_hop_eta_round(double eta) {
  AICMP_ASSERT(eta > 0.0 && eta <= 1.0);
  const double leave = find_root(
      [eta](double x) { return eta / x * std::exp(x) * eta_round_hop_gain(eta, x) - 1.0; },
      0.01 * eta, 1.0);
  return {leave, eta_round_hop_gain(eta, leave)};
}

HopPlan best_hop_proof() {
  return {};
}

}  // namespace aicmp
