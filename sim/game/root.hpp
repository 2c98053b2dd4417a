#pragma once

#include <cstdint>

#include <boost/math/tools/roots.hpp>

namespace aicmp {

/// Root of `f` to nearly full precision; f(low) and f(high) differ in sign.
template <typename F>
double find_root(F f, double low, double high) {
  std::uintmax_t steps = 200;
  const auto [a, b] = boost::math::tools::toms748_solve(
      f, low, high, boost::math::tools::eps_tolerance<double>(50), steps);
  return 0.5 * (a + b);
}

}  // namespace aicmp
