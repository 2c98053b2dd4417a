#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace aicmp {

// How unequal are non-negative amounts (hash rates, payouts)? Order does not matter. Amounts that
// sum to zero count as equal: Gini 0, HHI 0, Nakamoto number 0.

/// Gini coefficient: sum_i (2i - n - 1) x_(i) / (n sum x), x ascending, i from 1. 0 is equality,
/// (n - 1) / n is one owner. For a log-normal population: erf(sigma / 2).
double gini(std::span<const double> amounts);

/// Lorenz curve at 0, 1/steps, ..., 1 of the population: the share of the total that the poorest
/// hold, linear between members. `steps` + 1 values from 0 to 1.
std::vector<double> lorenz_curve(std::span<const double> amounts, std::size_t steps);

/// Herfindahl-Hirschman index: sum of squared shares, 1/n for equals, 1 for one owner.
double herfindahl(std::span<const double> amounts);

/// Nakamoto number: the fewest owners that together hold more than half (Srinivasan and Lee 2017).
std::size_t nakamoto_number(std::span<const double> amounts);

}  // namespace aicmp
