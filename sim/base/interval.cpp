#include "sim/base/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"

namespace aicmp {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Values of the statistic on samples drawn with replacement, ascending.
std::vector<double> bootstrap(std::span<const double> samples, const Statistic& statistic, Rng& rng,
                              int resamples) {
  std::vector<double> drawn(samples.size());
  std::vector<double> values(static_cast<std::size_t>(resamples));
  const auto count = static_cast<double>(samples.size());
  for (double& value : values) {
    for (double& sample : drawn) sample = samples[static_cast<std::size_t>(uniform(rng) * count)];
    value = statistic(drawn);
  }
  std::sort(values.begin(), values.end());
  return values;
}

/// Efron's acceleration: a sixth of the skewness of the jackknife values.
double acceleration(std::span<const double> samples, const Statistic& statistic) {
  std::vector<double> left(samples.begin() + 1, samples.end());
  std::vector<double> values(samples.size());
  for (std::size_t out = 0; out < samples.size(); ++out) {
    values[out] = statistic(left);
    if (out < left.size()) left[out] = samples[out];
  }
  const double centre = mean(values);
  double squares = 0.0;
  double cubes = 0.0;
  for (const double value : values) {
    const double deviation = centre - value;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  return squares > 0.0 ? cubes / (6.0 * std::pow(squares, 1.5)) : 0.0;
}

/// Share of the resamples below the estimate, ties counted half, kept off 0 and 1.
double share_below(std::span<const double> ascending, double estimate) {
  const auto [low, high] = std::equal_range(ascending.begin(), ascending.end(), estimate);
  const auto below = static_cast<double>(low - ascending.begin());
  const auto ties = static_cast<double>(high - low);
  const auto count = static_cast<double>(ascending.size());
  return std::clamp((below + 0.5 * ties) / count, 0.5 / count, 1.0 - 0.5 / count);
}

}  // namespace

Interval t_interval(const Moments& moments, double level) {
  const double centre = moments.mean();
  if (moments.count() < 2) return {centre, -kInfinity, kInfinity};
  const boost::math::students_t t(static_cast<double>(moments.count() - 1));
  const double half = boost::math::quantile(t, 0.5 + level / 2) * moments.standard_error();
  return {centre, centre - half, centre + half};
}

Interval bca_interval(std::span<const double> samples, const Statistic& statistic,
                      const WorldKey& key, std::uint32_t entity, double level, int resamples) {
  AICMP_ASSERT(!samples.empty() && level > 0.0 && level < 1.0 && resamples > 0);
  const double estimate = statistic(samples);
  if (samples.size() < 2) return {estimate, -kInfinity, kInfinity};

  Rng rng(key, StreamId::kBootstrap, entity);
  const std::vector<double> values = bootstrap(samples, statistic, rng, resamples);
  const boost::math::normal normal_law;
  const double bias = boost::math::quantile(normal_law, share_below(values, estimate));
  const double accelerate = acceleration(samples, statistic);
  const auto end = [&](double tail) {
    const double z = bias + boost::math::quantile(normal_law, tail);
    const double adjusted = boost::math::cdf(normal_law, bias + z / (1.0 - accelerate * z));
    return quantile(values, adjusted);
  };
  return {estimate, end(0.5 - level / 2), end(0.5 + level / 2)};
}

}  // namespace aicmp
