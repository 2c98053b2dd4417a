#pragma once

#include <functional>
#include <span>
#include <vector>

namespace aicmp {

/// Minimum of a function without derivatives from `start` on, by the simplex of Nelder and Mead
/// (1965); `step` is the size of the first simplex in every direction. Stops when the values at the
/// corners agree to 1e-9 of their size, or after `evaluations`. Infinite values keep it out of a
/// region.
std::vector<double> minimise(const std::function<double(std::span<const double>)>& function,
                             const std::vector<double>& start, double step, int evaluations = 4000);

}  // namespace aicmp
