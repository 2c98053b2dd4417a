// Closed forms against the numbers of the published table (economics.md 2.6, validation.md).
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "sim/validation/closed_forms.hpp"

using namespace aicmp;
using namespace aicmp::closed_form;

namespace {

/// To the last digit that the table gives.
doctest::Approx digits(double value, double relative = 1e-5) {
  return doctest::Approx(value).epsilon(relative);
}

}  // namespace

TEST_CASE("network") {
  CHECK(retarget_mean_interval_s() == digits(600.5958, 1e-7));
  CHECK(retarget_interval_cv() == digits(0.02229, 1e-4));
  // W(k) / k of the table, times what 2015 intervals do to it.
  CHECK(growth_interval_ratio(0.05) == digits(0.95450 * 1.001, 2e-4));
  CHECK(growth_interval_ratio(0.02) == digits(0.98077 * 1.001, 2e-4));
  for (const auto& [n, pace, floor] :
       {std::tuple(144, .0803, .0215), std::tuple(504, .0386, .0193),
        std::tuple(1008, .0223, .0157), std::tuple(1944, .0043, .0042)}) {
    CHECK(next_difficulty_error(n) == digits(pace, 1.5e-2));  // the table's is of first order
    CHECK(next_difficulty_floor(n) == digits(floor, 1e-2));
  }
  for (const auto& [n, expected] :
       {std::pair(2, 0.00826), std::pair(10, 0.01478), std::pair(100, 0.01623)}) {
    const std::vector<double> shares(static_cast<std::size_t>(n), 1.0 / n);
    CHECK(stale_block_fraction(10.0, shares) == digits(expected, 5e-4));
  }
  CHECK(stale_share_fraction(0.1, 600.0) == digits(0.000167, 3e-3));
  CHECK(stale_share_fraction(1.0, 600.0) == digits(0.001665, 3e-4));
  CHECK(stale_share_fraction(5.0, 600.0) == digits(0.008299));
  CHECK(luck_interval(10, 0.95).low == digits(0.4795, 1e-4));
  CHECK(luck_interval(10, 0.95).high == digits(1.7085, 1e-4));
  CHECK(luck_interval(144, 0.95).low == digits(0.8433, 1e-4));
  CHECK(luck_interval(144, 0.95).high == digits(1.1698, 1e-4));
}

TEST_CASE("market") {
  CHECK(bulk_queue_mean(2.0, 2500, 600.0) == digits(1467.0, 4e-4));
  CHECK(bulk_queue_mean(3.5, 2500, 600.0) == digits(6957.0, 1e-4));
  CHECK(8.3e-5 * template_age_s(30.0, 600.0) == digits(0.00123463));
  // Jumps and a stochastic variance that do nothing leave Brownian motion.
  const LogReturn plain = brownian_return(0.3, 0.5, 2.0);
  CHECK(plain.mean == digits(0.35));
  CHECK(plain.variance == digits(0.5));
  CHECK(merton_return(0.3, 0.5, 0.0, -0.1, 0.2, 2.0).variance == digits(0.5));
  CHECK(heston_return(0.3, 4.0, 0.25, 1e-9, 0.0, 2.0).variance == digits(0.5));
}

TEST_CASE("reward schemes") {
  CHECK(solo(3.7, 3.125).mean == digits(11.5625));
  CHECK(solo(3.7, 3.125).variance == digits(36.1328));
  CHECK(pps(3.7, 3.125, 0.02, 1e-3).mean == digits(11.33125));
  CHECK(pps(3.7, 3.125, 0.02, 1e-3).variance == digits(0.034702, 2e-5));
  CHECK(proportional_round(0.1, 1.0, 1e-3).mean == digits(0.1));
  CHECK(proportional_round(0.1, 1.0, 1e-3).variance == digits(6.2232e-4));
  CHECK(proportional_variance(0.1, 1.0, 1e-3) == digits(0.0106123));
  CHECK(proportional_share_variance(1e-4) == digits(8.2113));
  CHECK(pplns_share_variance(1.0, 1e-4) == digits(0.9999));
  CHECK(pplns_share_variance(2.0, 1e-4) == digits(0.49995));
  CHECK(pplns_share_variance(8.0, 1e-4) == digits(0.1250, 2e-4));
  for (const auto& [window, noise, total] :
       {std::array{0.5, 0.14199, 0.63949}, std::array{2.0, 0.07097, 0.56847},
        std::array{8.0, 0.05277, 0.55027}}) {
    CHECK(pplns_noise(0.05, 1.0, 0.005, window, 40'000) == digits(noise, 1e-4));
    CHECK(pplns_variance(0.05, 1.0, 0.005, window, 40'000) == digits(total, 2e-5));
  }
  const double p = 1.0 / 200.0;
  CHECK(double_geometric_share(1.0, p, 0.3, 0.0, 0.01).mean == digits(0.003465));
  CHECK(double_geometric_share(1.0, p, 0.3, 0.0, 0.01).variance == digits(1.14228e-5));
  CHECK(double_geometric_share(1.0, p, 0.3, 0.5, 0.01).variance == digits(5.26193e-6));
  CHECK(double_geometric_share(1.0, p, 0.1, 0.9, 0.0).variance == digits(8.18459e-6));
  CHECK(double_geometric_share(1e4, 1e-4, 0.1, 0.0, 0.0).variance == digits(3.4513, 2e-5));
  CHECK(double_geometric_share(1e4, 1e-4, 0.5, 0.0, 0.0).variance == digits(0.08332, 1e-4));
  CHECK(geometric_operator(1.0, p, 0.3).variance == digits(0.085627));
  CHECK(geometric_variance(0.05, 1.0, p, 0.3) == digits(9.2871e-4));
  CHECK(pps_plus_variance(0.1, 3.125, 0.3, 1.5, 0.01, 2.0, 20'000) == digits(2.72096));
  CHECK(fpps_operator_variance(0.1, 3.125, 0.3, 1.5, 144.0, 0.02) == digits(154.653));
  CHECK(proportional_hop_gain(86, p) == digits(0.280566));
  CHECK(proportional_hop_gain(869, 1.0 / 2000.0) == digits(0.281402));
  CHECK(eta_round_hop_best(1.0) == digits(0.434818));
  CHECK(eta_round_hop_gain(1.0, 0.434818) == digits(0.281494));
  for (const auto& [eta, gain] :
       {std::array{0.5, 0.426055}, std::array{0.7, 0.353608}, std::array{0.9, 0.302102}}) {
    CHECK(eta_round_hop_gain(eta, eta_round_hop_best(eta)) == digits(gain));
  }
  CHECK(closed_form::cara_equivalent(30.0, 0.032, 5.0) == digits(0.887137));
}

TEST_CASE("ruin") {
  CHECK(ruin_probability(10.0, 0.02, 144.0) == digits(0.318175));
  CHECK(ruin_probability(10.0, 0.02, 1000.0) == digits(0.585604));
  CHECK(ruin_probability(25.0, 0.02, 4320.0) == digits(0.343621));
  CHECK(ruin_probability(50.0, 0.03, 4320.0) == digits(0.044427, 2e-5));
  CHECK(ruin_probability(20.0, 0.05) == digits(0.12624, 5e-5));
  CHECK(ruin_probability(10.0, 0.10) == digits(0.11700, 5e-5));
  CHECK(reserve_for(0.01, 0.01) == digits(228.72, 3e-5));
  CHECK(reserve_for(0.01, 0.02) == digits(113.59, 5e-5));
  CHECK(reserve_for(0.01, 0.03) == digits(75.21, 1e-4));
  CHECK(reserve_for(0.01, 0.05) == digits(44.50, 1e-4));
}

TEST_CASE("eta") {
  const std::array sizes = {100.0, 10.0, 1.0};
  CHECK(power_split(sizes, 0.9)[0] == digits(0.875855));
  CHECK(power_split(sizes, 0.9)[1] == digits(0.110264));
  CHECK(power_split(sizes, 0.9)[2] == digits(0.013881, 3e-5));
  std::vector<double> many(91, 0.01);
  many[0] = 0.1;
  CHECK(split_gain(many, 0, 0.5, 4) == digits(1.934341));
  CHECK(split_gain(many, 0, 0.9, 10) == digits(1.233033));
  std::vector<double> few(8, 0.1);
  few[0] = 0.3;
  CHECK(split_gain(few, 0, 0.7, 5) == digits(1.413896));
  CHECK(power_of_count(1.0, 0.8) == digits(0.89591));
  CHECK(power_of_count(10.0, 0.8) == digits(0.99176));
  CHECK(power_of_count(30.0, 0.8) == digits(0.99731));
  // The table's Monte Carlo, which its second-order formula misses by 3.5e-6.
  const std::array others = {CountGroup{20.0, 90}};
  CHECK(expected_power_part({200.0}, others, 0.5) == digits(0.0341345, 1e-4));
  // Two miners of the same work and shares of 1 and 10, beside a weight of 200 that is nearly sure.
  const CountGroup fine{20.0}, coarse{2.0, 1, 10.0};
  const CountGroup rest{1e4, 1, std::pow(200.0, 1.0 / 0.7) / 1e4};
  CHECK(expected_power_part(fine, std::array{coarse, rest}, 0.7) == digits(0.0375319, 2e-5));
  CHECK(expected_power_part(coarse, std::array{fine, rest}, 0.7) == digits(0.0346963, 2e-5));
  // At eta = 1 the parts of all add up to what is not the empty window.
  const std::array alike = {CountGroup{2.0, 3}};
  CHECK(4.0 * expected_power_part({2.0}, alike, 1.0) == digits(1.0 - std::exp(-8.0), 1e-7));
  CHECK(log_normal_power_gini(1.0, 1.0) == digits(0.5205));
  CHECK(log_normal_power_gini(1.0, 0.8) == digits(0.42839, 2e-5));
  CHECK(log_normal_power_gini(1.0, 0.5) == digits(0.27633, 2e-5));
}
