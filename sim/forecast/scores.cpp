#include "sim/forecast/scores.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "sim/base/error.hpp"
#include "sim/base/samples.hpp"

namespace aicmp {
namespace {

double pinball(const Outcome& outcome) {
  double sum = 0.0;
  for (std::size_t q = 0; q < kLevels.size(); ++q) {
    const double error = outcome.truth - outcome.forecast.quantiles[q];
    sum += std::max(kLevels[q] * error, (kLevels[q] - 1.0) * error);
  }
  return sum / static_cast<double>(kLevels.size());
}

double squared(const Outcome& outcome) {
  const double error = outcome.truth - outcome.forecast.mean;
  return error * error;
}

}  // namespace

Scores score(std::span<const Outcome> outcomes) {
  Scores scores;
  scores.count = outcomes.size();
  const auto count = static_cast<double>(outcomes.size());
  for (const Outcome& outcome : outcomes) {
    scores.mae += std::abs(outcome.truth - outcome.forecast.mean) / count;
    scores.rmse += squared(outcome) / count;
    scores.pinball += pinball(outcome) / count;
    const auto& quantiles = outcome.forecast.quantiles;
    if (outcome.truth >= quantiles.front() && outcome.truth <= quantiles.back()) {
      scores.coverage_90 += 1.0 / count;
    }
  }
  scores.rmse = std::sqrt(scores.rmse);
  return scores;
}

Skill skill_against(std::span<const Outcome> forecaster, std::span<const Outcome> other, Loss loss,
                    int steps) {
  AICMP_ASSERT(forecaster.size() == other.size() && forecaster.size() >= 10);
  const auto of = [loss](const Outcome& outcome) {
    return loss == Loss::kSquared ? squared(outcome) : pinball(outcome);
  };
  const std::size_t size = forecaster.size();
  const auto count = static_cast<double>(size);
  std::vector<double> gains;
  double other_loss = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    AICMP_ASSERT(forecaster[i].truth == other[i].truth);
    gains.push_back(of(other[i]) - of(forecaster[i]));
    other_loss += of(other[i]) / count;
  }
  const double gain = mean(gains);
  const auto lags = static_cast<std::size_t>(
      std::min(count / 2.0, std::max<double>(steps - 1, std::floor(std::cbrt(count)))));
  double variance = 0.0;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double covariance = 0.0;
    for (std::size_t i = lag; i < size; ++i) {
      covariance += (gains[i] - gain) * (gains[i - lag] - gain) / count;
    }
    const double weight = 1.0 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    variance += (lag == 0 ? 1.0 : 2.0 * weight) * covariance;
  }
  Skill result;
  if (other_loss <= 0.0) return result;
  result.skill = gain / other_loss;
  result.low = result.high = result.skill;
  if (variance <= 0.0) return result;
  const double h = std::min<double>(steps, static_cast<double>(lags + 1));
  const double correction = (count + 1.0 - 2.0 * h + h * (h - 1.0) / count) / count;
  const double error = std::sqrt(variance / count / std::max(correction, 0.1));
  const boost::math::students_t law(count - 1.0);
  result.statistic = gain / error;
  result.p_value = 2.0 * cdf(complement(law, std::abs(result.statistic)));
  const double half = quantile(law, 0.975) * error / other_loss;
  result.low = result.skill - half;
  result.high = result.skill + half;
  return result;
}

}  // namespace aicmp
