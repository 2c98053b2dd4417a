#include "sim/experiment/ruin.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {
namespace {

/// Blocks per expected block under which ruin is the rule and comes by the horizon.
double tilted_rate(const PpsOperator& pps, double blocks) {
  const double for_ever = std::exp(-ruin_exponent(pps.fee));
  const double in_time = 1.0 - pps.fee - pps.reserve_blocks / blocks;
  // Where even no blocks at all hardly ruin in time, some must remain possible.
  const double least = 0.1 / blocks;
  return std::clamp(in_time, std::min(least, for_ever), for_ever);
}

}  // namespace

double fee_after_orphans(double fee, double orphan_rate) {
  return 1.0 - (1.0 - fee) / (1.0 - orphan_rate);
}

double ruin_exponent(double fee) {
  AICMP_ASSERT(fee < 1.0);
  if (fee <= 0.0) return 0.0;
  // As f = 1 - (1 - e^-y) / y, which keeps its digits for small fees; y >= 2 f and y < 1 / (1 - f).
  const auto excess = [fee](double y) { return 1.0 + std::expm1(-y) / y - fee; };
  std::uintmax_t steps = 200;
  const auto [low, high] =
      boost::math::tools::toms748_solve(excess, fee, 2.0 * fee + 1.0 / (1.0 - fee),
                                        boost::math::tools::eps_tolerance<double>(50), steps);
  return 0.5 * (low + high);
}

double ruin_probability(const PpsOperator& pps) {
  return std::exp(-ruin_exponent(pps.fee) * pps.reserve_blocks);
}

double ruin_probability(const PpsOperator& pps, double blocks) {
  AICMP_ASSERT(pps.fee < 1.0 && pps.reserve_blocks >= 0.0);
  if (pps.reserve_blocks == 0.0) return 1.0;
  double sum = 0.0;
  for (double n = 0.0;; ++n) {
    const double time = (pps.reserve_blocks + n) / (1.0 - pps.fee);
    if (time > blocks) return sum;
    sum += pps.reserve_blocks / (pps.reserve_blocks + n) *
           boost::math::gamma_p_derivative(n + 1.0, time);  // e^-t t^n / n!
  }
}

double reserve_for_ruin(double probability, double fee) {
  return -std::log(probability) / ruin_exponent(fee);
}

Moments sample_ruin(const PpsOperator& pps, double blocks, std::int64_t paths, std::uint64_t seed) {
  AICMP_ASSERT(std::isfinite(blocks) || pps.fee > 0.0);
  const double outflow = 1.0 - pps.fee;
  const double rate = tilted_rate(pps, blocks);
  Moments weights;
  for (std::int64_t path = 0; path < paths; ++path) {
    Rng rng({seed, static_cast<std::uint32_t>(path), 0}, StreamId::kBlockInterval);
    double time = 0.0;
    double found = 0.0;
    double weight = 0.0;
    for (;;) {
      const double end = (pps.reserve_blocks + found) / outflow;  // if no more blocks come
      time += exponential(rng) / rate;
      if (end < time && end <= blocks) {
        weight = std::exp(-found * std::log(rate) - (1.0 - rate) * end);
      }
      if (end < time || time > blocks) break;
      ++found;
    }
    weights.add(weight);
  }
  return weights;
}

double naive_runs(double probability, double relative_error) {
  return (1.0 - probability) / (probability * relative_error * relative_error);
}

}  // namespace aicmp
