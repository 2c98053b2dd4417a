#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace aicmp {

/// What a test says: its statistic, and how probable one at least as extreme is if the null
/// hypothesis holds.
struct TestResult {
  double statistic = 0.0;
  double p_value = 1.0;
};

/// P-values adjusted for having made all these tests (Holm 1979, Scand. J. Stat. 6, 65-70), in the
/// order given: rejecting those <= a keeps the chance of any false rejection below a.
std::vector<double> holm_adjusted(std::span<const double> p_values);

/// P(sup |F_n - F| sqrt(n) > x) for large n (Kolmogorov 1933).
double kolmogorov_tail(double x);

/// Kolmogorov-Smirnov: are `samples` from the continuous distribution `cdf`? The p-value uses
/// x = (sqrt(n) + .12 + .11 / sqrt(n)) D (Stephens 1970), good to .01 from 5 samples on. Too large
/// where the distribution has atoms. Needs at least one sample.
TestResult ks_test(std::span<const double> samples, const std::function<double(double)>& cdf);

/// Kolmogorov-Smirnov: are both from one distribution? As above with n = n1 n2 / (n1 + n2); too
/// large a p-value where there are ties. Needs at least one sample each.
TestResult ks_test(std::span<const double> first, std::span<const double> second);

/// P(X >= statistic) for a chi-square variable X.
double chi_square_tail(double statistic, double degrees_of_freedom);

/// Pearson's chi-square test of counts against expected counts, all > 0 and by rule of thumb >= 5.
/// `fitted` parameters were estimated from the same counts; the totals are taken as equal.
TestResult chi_square_test(std::span<const std::int64_t> observed, std::span<const double> expected,
                           int fitted = 0);

/// P(N >= count) and P(N <= count) for a Poisson variable N of `mean` >= 0.
double poisson_upper_tail(std::int64_t count, double mean);
double poisson_lower_tail(std::int64_t count, double mean);

}  // namespace aicmp
