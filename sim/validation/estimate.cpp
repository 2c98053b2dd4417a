#include "sim/validation/estimate.hpp"

#include <cmath>

namespace aicmp {
namespace {

constexpr double kErrors = 4.0;

Row row(const Claim& claim, double seen, double standard_error) {
  return {claim.id, claim.what, claim.expected, seen, kErrors * standard_error, claim.bias};
}

Moments moments(std::span<const double> samples) {
  Moments m;
  for (const double s : samples) m.add(s);
  return m;
}

}  // namespace

Row mean_row(const Claim& claim, std::span<const double> samples) {
  return mean_row(claim, moments(samples));
}

Row mean_row(const Claim& claim, const Moments& samples) {
  return row(claim, samples.mean(), samples.standard_error());
}

Row variance_row(const Claim& claim, std::span<const double> samples) {
  const Moments m = moments(samples);
  Moments squares;
  for (const double s : samples) squares.add((s - m.mean()) * (s - m.mean()));
  return row(claim, m.variance(), squares.standard_error());
}

Row cv_row(const Claim& claim, std::span<const double> samples) {
  const Moments m = moments(samples);
  const double cv = m.standard_deviation() / m.mean();
  Moments influence;  // of one sample on the estimate
  for (const double s : samples) {
    const double z = (s - m.mean()) / m.mean();
    influence.add(z * z / (2.0 * cv) - cv * z);
  }
  return row(claim, cv, influence.standard_error());
}

Row root_mean_row(const Claim& claim, std::span<const double> squares) {
  const Moments m = moments(squares);
  const double root = std::sqrt(m.mean());
  return row(claim, root, m.standard_error() / (2.0 * root));
}

Row fraction_row(const Claim& claim, const Moments& trials) {
  const double p = claim.expected;
  return row(claim, trials.mean(), std::sqrt(p * (1.0 - p) / static_cast<double>(trials.count())));
}

Row exact_row(const Claim& claim, double seen) {
  return row(claim, seen, 0.0);
}

Row ratio_row(const Claim& claim, const Ratio& samples) {
  const double under = moments(samples.under).mean();
  const double ratio = moments(samples.over).mean() / under;
  Moments influence;
  for (std::size_t i = 0; i < samples.over.size(); ++i) {
    influence.add((samples.over[i] - ratio * samples.under[i]) / under);
  }
  return row(claim, ratio, influence.standard_error());
}

Row controlled_mean_row(const Claim& claim, std::span<const double> samples,
                        std::span<const double> control, double control_mean) {
  const double mean = moments(samples).mean();
  const Moments controls = moments(control);
  Moments products;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    products.add((samples[i] - mean) * (control[i] - controls.mean()));
  }
  const double slope = products.mean() / controls.variance();
  Moments residuals;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    residuals.add(samples[i] - slope * (control[i] - control_mean));
  }
  return mean_row(claim, residuals);
}

}  // namespace aicmp
