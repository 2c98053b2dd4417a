#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/market/price_models.hpp"

namespace aicmp {
namespace {

/// Heston (1993), stepped by the quadratic-exponential scheme with martingale correction of
/// Andersen, "Efficient simulation of the Heston stochastic volatility model" (2008): mean and
/// variance of the variance process, and E[S(t)], are exact on the grid.
class Heston final : public GridPrice {
 public:
  Heston(const PriceConfig& config, const WorldKey& key)
      : GridPrice(config.initial_usd, Time::hours(config.step_hours)),
        mean_(config.heston.mean_variance_per_year),
        variance_(mean_),
        rng_(key, StreamId::kPrice) {
    const double kappa = config.heston.reversion_per_year;
    const double xi = config.heston.volatility_of_variance_per_year;
    const double rho = config.heston.correlation;
    const double years = config.step_hours / (24.0 * kDaysPerMarketYear);
    decay_ = std::exp(-kappa * years);
    const double loss = -std::expm1(-kappa * years);
    noise_slope_ = xi * xi * decay_ * loss / kappa;
    noise_constant_ = mean_ * xi * xi * loss * loss / (2.0 * kappa);
    drift_ = config.drift_per_year * years;
    const double common = 0.5 * years * (kappa * rho / xi - 0.5);
    k1_ = common - rho / xi;
    k2_ = common + rho / xi;
    k3_ = 0.5 * years * (1.0 - rho * rho);
    a_ = k2_ + 0.5 * k3_;
  }

 private:
  /// The next variance, given its conditional mean m and variance s2, and log E[exp(A v')].
  struct Draw {
    double variance;
    double log_transform;
  };

  double next_log_return() override {
    const double m = mean_ + (variance_ - mean_) * decay_;
    const double s2 = variance_ * noise_slope_ + noise_constant_;
    const double psi = s2 / (m * m);
    const Draw next = psi <= kSwitch ? draw_quadratic(m, psi) : draw_exponential(m, psi);
    const double k0 = -next.log_transform - (k1_ + 0.5 * k3_) * variance_;
    const double log_return = drift_ + k0 + k1_ * variance_ + k2_ * next.variance +
                              std::sqrt(k3_ * (variance_ + next.variance)) * normal(rng_);
    variance_ = next.variance;
    return log_return;
  }

  Draw draw_quadratic(double m, double psi) {
    const double b2 = 2.0 / psi - 1.0 + std::sqrt(2.0 / psi) * std::sqrt(2.0 / psi - 1.0);
    const double a = m / (1.0 + b2);
    const double root = std::sqrt(b2) + normal(rng_);
    const double rest = 1.0 - 2.0 * a_ * a;
    return {a * root * root, a_ * b2 * a / rest - 0.5 * std::log(rest)};
  }

  Draw draw_exponential(double m, double psi) {
    const double p = (psi - 1.0) / (psi + 1.0);
    const double beta = (1.0 - p) / m;
    const double u = uniform(rng_);
    return {u <= p ? 0.0 : std::log((1.0 - p) / (1.0 - u)) / beta,
            std::log(p + beta * (1.0 - p) / (beta - a_))};
  }

  static constexpr double kSwitch = 1.5;

  double mean_;
  double variance_;
  Rng rng_;
  double decay_;
  double noise_slope_;
  double noise_constant_;
  double drift_;
  double k1_;
  double k2_;
  double k3_;
  double a_;
};

}  // namespace

PriceProcess heston_price(const PriceConfig& config, const WorldKey& key) {
  // To first order in a day; the terms left out are below 1e-3 of the variance.
  const double theta = config.heston.mean_variance_per_year;
  return {std::make_unique<Heston>(config, key),
          (config.drift_per_year - 0.5 * theta) / kDaysPerMarketYear,
          std::sqrt(theta / kDaysPerMarketYear)};
}

}  // namespace aicmp
