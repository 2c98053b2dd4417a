#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "sim/base/moments.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// A point estimate with a two-sided confidence interval.
struct Interval {
  double estimate = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// Student-t interval of the mean; infinite below two samples.
Interval t_interval(const Moments& moments, double level = 0.95);

/// A number computed from samples, in any order.
using Statistic = std::function<double(std::span<const double>)>;

/// Bias-corrected and accelerated bootstrap interval (Efron 1987, JASA 82, 171-185): for skewed
/// samples, where the t interval covers too little. The acceleration comes from the jackknife, so
/// the cost is (resamples + samples) evaluations of `statistic`. Resampling draws from
/// StreamId::kBootstrap with `entity`, so it never touches the model. Infinite below two samples;
/// of no width if all resamples agree.
Interval bca_interval(std::span<const double> samples, const Statistic& statistic,
                      const WorldKey& key, std::uint32_t entity = 0, double level = 0.95,
                      int resamples = 10'000);

}  // namespace aicmp
