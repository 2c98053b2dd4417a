#include "sim/validation/closed_forms.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/quadrature/exp_sinh.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/lambert_w.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>

#include "sim/chain/retarget.hpp"

namespace aicmp::closed_form {
namespace {

constexpr double kTimed = kRetargetInterval - 1;  // intervals that a retarget times

/// Root of a function of opposite signs at the ends.
template <typename F>
double root(F f, double low, double high) {
  std::uintmax_t steps = 200;
  const auto [a, b] = boost::math::tools::toms748_solve(
      f, low, high, boost::math::tools::eps_tolerance<double>(50), steps);
  return 0.5 * (a + b);
}

/// E[g(N)] of a Poisson count, over the counts within 12 standard deviations.
template <typename G>
double poisson_mean(double mean, G g) {
  const double reach = 12.0 * std::sqrt(mean) + 30.0;
  double sum = 0.0;
  for (double k = std::max(0.0, std::floor(mean - reach)); k <= mean + reach; ++k) {
    sum += std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0)) * g(k);
  }
  return sum;
}

/// y > 0 with 1 - e^-y = (1 - f) y.
double adjustment(double fee) {
  return root([fee](double y) { return -std::expm1(-y) - (1.0 - fee) * y; }, fee, 4.0 * fee + 1.0);
}

}  // namespace

double retarget_mean_interval_s() {
  return static_cast<double>(kTargetTimespanS) / (kTimed - 1.0);
}

double retarget_interval_cv() {
  return 1.0 / std::sqrt(kTimed - 2.0);
}

double growth_interval_ratio(double growth_per_14_days) {
  const double k = std::log1p(growth_per_14_days);
  return boost::math::lambert_w0(k * kRetargetInterval / (kTimed - 1.0)) / k;
}

double next_difficulty_error(int intervals) {
  const double n = intervals;
  const double bias = std::log(kTimed / n) + boost::math::digamma(n) - boost::math::digamma(kTimed);
  const double variance = boost::math::trigamma(n) - boost::math::trigamma(kTimed);
  return std::sqrt(variance + bias * bias);
}

double next_difficulty_floor(int intervals) {
  return std::sqrt(kTimed - intervals) / kTimed;
}

double stale_block_fraction(double delay_s, std::span<const double> shares) {
  double same = 0.0;
  for (const double s : shares) same += s * s;
  const double x = delay_s / static_cast<double>(kTargetSpacingS) * (1.0 - same);
  return x / (1.0 + x);
}

double stale_share_fraction(double latency_s, double mean_interval_s) {
  return -std::expm1(-latency_s / mean_interval_s);
}

double silence_delay_s(double rate, double patience) {
  return (patience + std::expm1(-patience)) / rate;
}

double silence_false_alarms_per_s(double rate, double patience) {
  return rate * std::exp(-patience);
}

double average_read_at_shares(double rate, double tau_s) {
  return 1.0 + 1.0 / (rate * tau_s);
}

Bounds luck_interval(std::int64_t blocks, double level) {
  const auto k = static_cast<double>(blocks);
  const boost::math::gamma_distribution<double> luck(k, 1.0 / k);
  return {quantile(luck, 0.5 * (1.0 - level)), quantile(luck, 0.5 * (1.0 + level))};
}

LogReturn brownian_return(double drift, double volatility, double years) {
  const double variance = volatility * volatility;
  return {(drift - 0.5 * variance) * years, variance * years};
}

LogReturn merton_return(double drift, double volatility, double jumps_per_year, double jump_mean,
                        double jump_sd, double years) {
  const LogReturn diffusion = brownian_return(drift, volatility, years);
  const double jumps = jumps_per_year * years;
  const double growth = std::expm1(jump_mean + 0.5 * jump_sd * jump_sd);
  return {diffusion.mean + jumps * (jump_mean - growth),
          diffusion.variance + jumps * (jump_mean * jump_mean + jump_sd * jump_sd)};
}

LogReturn heston_return(double drift, double kappa, double theta, double xi, double rho,
                        double years) {
  const double decay = -std::expm1(-kappa * years) / kappa;
  const double decay2 = -std::expm1(-2.0 * kappa * years) / (2.0 * kappa);
  const double integrated = xi * xi * theta / (kappa * kappa) * (years - 2.0 * decay + decay2);
  const double leverage = rho * xi * theta / kappa * (years - decay);
  return {(drift - 0.5 * theta) * years, theta * years + 0.25 * integrated - leverage};
}

double bulk_queue_mean(double tx_per_s, std::int64_t block_size, double mean_interval_s) {
  const double load = tx_per_s * mean_interval_s;
  const auto b = static_cast<double>(block_size);
  const double r = root([&](double x) { return std::pow(x, b + 1.0) - (1.0 + load) * x + load; },
                        0.0, 1.0 - 1e-9);
  return r / (1.0 - r);
}

double template_age_s(double refresh_s, double mean_interval_s) {
  return mean_interval_s - refresh_s / std::expm1(refresh_s / mean_interval_s);
}

MeanVariance solo(double mu, double reward) {
  return {mu * reward, mu * reward * reward};
}

MeanVariance pps(double mu, double reward, double fee, double share_of_block) {
  const double paid = (1.0 - fee) * reward;
  return {mu * paid, mu * paid * paid * share_of_block};
}

MeanVariance proportional_round(double a, double reward, double p) {
  const double inverse_length = p * std::log(1.0 / p) / (1.0 - p);
  return {a * reward, a * (1.0 - a) * reward * reward * inverse_length};
}

double proportional_variance(double a, double reward, double p) {
  return reward * reward * a * a * (1.0 - p) + proportional_round(a, reward, p).variance;
}

double proportional_share_variance(double p) {
  return std::log(1.0 / p) / (1.0 - p) - 1.0;
}

double pplns_share_variance(double window, double p) {
  return (1.0 - p) / window;
}

double pplns_noise(double a, double reward, double p, double window, double shares) {
  // Share s meets K_s blocks while it is in the window and within the horizon, of n_s shares:
  // E[K^2] = n p (1 - p) + n^2 p^2. Both ends of the horizon cut n_s to 1..N-1.
  const double n = window / p;
  const double inner = (shares - n + 1.0) * (n * p * (1.0 - p) + n * n * p * p);
  const double ends =
      2.0 * (p * (1.0 - p) * n * (n - 1.0) / 2.0 + p * p * (n - 1.0) * n * (2.0 * n - 1.0) / 6.0);
  return reward * reward * a * (1.0 - a) / (n * n) * (inner + ends);
}

double pplns_variance(double a, double reward, double p, double window, double shares) {
  return pplns_noise(a, reward, p, window, shares) +
         shares * p * (1.0 - p) * a * a * reward * reward;
}

MeanVariance double_geometric_share(double reward, double p, double c, double o, double fee) {
  const double paid = (1.0 - fee) * p * reward;
  const double kept = 1.0 - c;
  return {paid * kept, paid * paid * std::pow(kept, 4.0) * (1.0 - o) * (1.0 - p) /
                           ((2.0 - c + c * o) * c + kept * kept * (1.0 - o) * p)};
}

MeanVariance geometric_operator(double reward, double p, double c) {
  const double r = 1.0 - p + p / c;
  const double c2 = p / (r * r - 1.0 + p);
  return {c * reward, (c2 - c * c) * reward * reward};
}

double geometric_variance(double a, double reward, double p, double c) {
  const double r = 1.0 - p + p / c;
  const double c2 = p / (r * r - 1.0 + p);
  const double mu = (1.0 - c) * a * p;
  const double covariance = c * (c * r - 1.0) / p;  // of r^-N and N
  return reward * reward *
         (a * a * (c2 - c * c) + a * (1.0 - a) * (r - 1.0) / (r + 1.0) * (1.0 - c2) +
          2.0 * mu * a * covariance + mu * mu * (1.0 - p) / (p * p));
}

double pps_plus_variance(double a, double subsidy, double fee_mean, double fee_cv, double p,
                         double window, double shares) {
  const double blocks = shares * p;
  const double mean2 = fee_mean * fee_mean;
  const double spread =
      mean2 * (1.0 + fee_cv * fee_cv - p);  // of fees by share of the pool, over p
  const double per_share = shares * a * (1.0 - a) * (p * subsidy) * (p * subsidy);
  const double by_window =
      blocks * (a * a * spread + a * (1.0 - a) * p / window * (spread + window * mean2));
  const double covariance = shares * a * (1.0 - a) * p * subsidy * p * fee_mean;
  return per_share + by_window + 2.0 * covariance;
}

double fpps_operator_variance(double pool_share, double subsidy, double fee_mean, double fee_cv,
                              double blocks, double fee) {
  const double s = pool_share;
  const double variance = std::pow(fee_mean * fee_cv, 2.0);
  const double mean = subsidy + fee_mean;
  const double paid = (1.0 - fee) * blocks * s;
  return blocks * (s * (mean * mean + variance) - s * s * mean * mean) +
         paid * paid * variance / blocks - 2.0 * paid * s * variance;
}

double proportional_hop_gain(std::int64_t shares, double p) {
  // E[min(L, n) / L] - p E[min(L, n)] for geometric L >= 1.
  double survival = 1.0;
  double short_rounds = 0.0;
  double mined = 0.0;
  double share = 1.0;
  for (; share <= static_cast<double>(shares); ++share) {
    short_rounds += survival * p;
    mined += survival;
    survival *= 1.0 - p;
  }
  double long_rounds = 0.0;
  for (; survival > 1e-15; ++share) {
    long_rounds += survival * p * static_cast<double>(shares) / share;
    survival *= 1.0 - p;
  }
  return short_rounds + long_rounds - p * mined;
}

double eta_round_hop_gain(double eta, double x) {
  return std::pow(x, eta) * (eta < 1.0 ? boost::math::tgamma(1.0 - eta, x) : -std::expint(-x));
}

double eta_round_hop_best(double eta) {
  return boost::math::tools::brent_find_minima(
             [eta](double x) { return -eta_round_hop_gain(eta, x); }, 1e-3, 2.0, 40)
      .first;
}

double cara_equivalent(double mean, double x, double alpha) {
  return mean / alpha * -std::expm1(-alpha * x);
}

double ruin_probability(double reserve, double fee, double blocks) {
  double sum = 0.0;
  for (double n = 0.0;; ++n) {
    const double t = (reserve + n) / (1.0 - fee);  // the reserve is gone if n blocks came until t
    if (t > blocks) return sum;
    sum += reserve / (reserve + n) * std::exp(n * std::log(t) - t - std::lgamma(n + 1.0));
  }
}

double ruin_probability(double reserve, double fee) {
  return std::exp(-adjustment(fee) * reserve);
}

double reserve_for(double probability, double fee) {
  return -std::log(probability) / adjustment(fee);
}

std::vector<double> power_split(std::span<const double> work, double eta) {
  std::vector<double> parts;
  for (const double w : work) parts.push_back(std::pow(w, eta));
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  for (double& part : parts) part /= sum;
  return parts;
}

double split_gain(std::span<const double> work, std::size_t index, double eta, int k) {
  const double x = power_split(work, eta)[index];
  const double gain = std::pow(k, 1.0 - eta);
  return gain / (gain * x + 1.0 - x);
}

double power_of_count(double n, double eta) {
  return poisson_mean(n, [eta](double k) { return k > 0.0 ? std::pow(k, eta) : 0.0; }) /
         std::pow(n, eta);
}

double expected_power_part(const CountGroup& one, std::span<const CountGroup> others, double eta) {
  const auto power = [eta](double work) { return work > 0.0 ? std::pow(work, eta) : 0.0; };
  boost::math::quadrature::exp_sinh<double> integrator;
  return integrator.integrate(
      [&](double s) {
        double value = poisson_mean(one.mean, [&](double k) {
          const double weight = power(one.work * k);
          return weight * std::exp(-s * weight);
        });
        for (const CountGroup& group : others) {
          value *=
              std::pow(poisson_mean(group.mean,
                                    [&](double k) { return std::exp(-s * power(group.work * k)); }),
                       group.members);
        }
        return value;
      },
      1e-12);
}

double log_normal_power_gini(double sigma, double eta) {
  return std::erf(0.5 * eta * sigma);
}

std::vector<double> zipf(std::size_t n, double exponent) {
  std::vector<double> sizes;
  for (std::size_t i = 1; i <= n; ++i) sizes.push_back(std::pow(static_cast<double>(i), -exponent));
  return sizes;
}

}  // namespace aicmp::closed_form
