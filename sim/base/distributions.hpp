#pragma once

#include <cstdint>

#include <boost/random/binomial_distribution.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>

#include "sim/base/random.hpp"

namespace aicmp {

/// Uniform on [0, 1) with 53 random bits.
inline double uniform(Rng& rng) {
  return static_cast<double>(rng() >> 11) * 0x1.0p-53;
}

/// Exponential of mean 1.
inline double exponential(Rng& rng) {
  return boost::random::exponential_distribution<double>()(rng);
}

/// Standard normal.
inline double normal(Rng& rng) {
  return boost::random::normal_distribution<double>()(rng);
}

/// Poisson count; 0 for a mean of 0 or less. Means up to 1e15 are exact to double precision.
inline std::int64_t poisson(Rng& rng, double mean) {
  if (!(mean > 0.0)) return 0;
  return boost::random::poisson_distribution<std::int64_t, double>(mean)(rng);
}

/// Binomial count of `trials` at `probability` in [0, 1].
inline std::int64_t binomial(Rng& rng, std::int64_t trials, double probability) {
  if (trials <= 0 || probability <= 0.0) return 0;
  if (probability >= 1.0) return trials;
  return boost::random::binomial_distribution<std::int64_t, double>(trials, probability)(rng);
}

}  // namespace aicmp
