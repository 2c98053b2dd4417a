#pragma once

#include <cstddef>
#include <span>

namespace aicmp {

/// Arithmetic mean; 0 of nothing. Moments does the same for samples that come one by one.
double mean(std::span<const double> samples);

/// Quantile of ascending samples at `probability` in [0, 1], linear between order statistics
/// (Hyndman and Fan 1996, type 7: the default of R and numpy). Needs at least one sample.
double quantile(std::span<const double> ascending, double probability);

/// Sample autocorrelation of a series at `lag`: sum (x_t - m)(x_{t+lag} - m) / sum (x_t - m)^2 (Box
/// and Jenkins). 0 for a constant series and for lags beyond its end. Its standard error for white
/// noise is about 1 / sqrt(n).
double autocorrelation(std::span<const double> series, std::size_t lag);

}  // namespace aicmp
