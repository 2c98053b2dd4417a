#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/base/moments.hpp"
#include "sim/validation/case.hpp"

namespace aicmp {

/// A name for a row and what it must show.
struct Claim {
  std::string id;
  std::string what;
  double expected = 0.0;
  double bias = 0.0;
};

/// The mean of independent samples.
Row mean_row(const Claim& claim, std::span<const double> samples);
Row mean_row(const Claim& claim, const Moments& samples);
/// The variance of independent samples; its standard error is that of the squared deviations.
Row variance_row(const Claim& claim, std::span<const double> samples);
/// Standard deviation over mean; the error is that of the delta method.
Row cv_row(const Claim& claim, std::span<const double> samples);
/// The root of the mean of `squares`.
Row root_mean_row(const Claim& claim, std::span<const double> squares);
/// The fraction of trials that are 1 rather than 0; its error is that of the expected probability,
/// since few or no hits would understate their own.
Row fraction_row(const Claim& claim, const Moments& trials);
/// A number without error.
Row exact_row(const Claim& claim, double seen);

/// A ratio of means of paired samples, such as stale shares over all shares by world.
struct Ratio {
  std::vector<double> over;
  std::vector<double> under;

  void add(double numerator, double denominator) {
    over.push_back(numerator);
    under.push_back(denominator);
  }
};
/// The error is that of the delta method.
Row ratio_row(const Claim& claim, const Ratio& samples);

/// Mean of samples whose companion `control` has the known mean `control_mean` and explains most of
/// their variation: the mean at control = control_mean by regression.
Row controlled_mean_row(const Claim& claim, std::span<const double> samples,
                        std::span<const double> control, double control_mean);

}  // namespace aicmp
