#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/forecast/evaluation.hpp"

using namespace aicmp;

namespace {

/// Outcomes of normal errors around truths that all entrants share.
Entrant entrant(const char* name, double error_sd, std::uint32_t entity) {
  Entrant result{name, {}};
  Rng truths({5, 0, 0}, StreamId::kTest);
  Rng errors({5, 0, 0}, StreamId::kTest, entity);
  for (int i = 0; i < 400; ++i) {
    Outcome outcome;
    outcome.truth = normal(truths);
    outcome.forecast.mean = outcome.truth + error_sd * normal(errors);
    outcome.forecast.quantiles.fill(outcome.forecast.mean);
    result.outcomes.push_back(outcome);
  }
  return result;
}

}  // namespace

TEST_CASE("the simplest forecaster stays unless another is better beyond doubt") {
  const Comparison same =
      compare_forecasts({entrant("plain", 1.0, 1), entrant("clever", 1.0, 2)}, 1);
  CHECK(same.chosen == 0);
  CHECK(same.verdict.find("no skill: plain stays") == 0);
  const Comparison better =
      compare_forecasts({entrant("plain", 1.0, 1), entrant("clever", 0.6, 2)}, 1);
  CHECK(better.chosen == 1);
  CHECK(better.verdict.find("clever: skill") == 0);
  CHECK(better.rows[1].pinball[0].skill == doctest::Approx(0.4).epsilon(0.2));
}

TEST_CASE("The text of an evaluation fits 80 columns, however long its names are") {
  const char* const name = "a name of 22 characters";
  const std::string text =
      evaluation_text({compare_forecasts({entrant(name, 1.0, 1), entrant(name, 0.6, 2)}, 1)});
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    CHECK_MESSAGE(end - begin <= 80, text.substr(begin, end - begin));
    begin = end + 1;
  }
}

TEST_CASE("a random walk cannot be foretold, a season can") {
  Rng rng({6, 0, 0}, StreamId::kTest);
  Target target;
  target.name = "walk";
  target.step = "hour";
  target.plan = {.first = 500, .refit_every = 100, .horizons = {1}};
  target.forecasters = {persistence, [] { return seasonal_naive(24); }, autoregression};
  double level = 0.0;
  for (int t = 0; t < 1500; ++t) target.series.push_back(level += normal(rng));
  CHECK(evaluate(target).front().chosen == 0);

  for (std::size_t t = 0; t < target.series.size(); ++t) {
    target.series[t] =
        10.0 * std::sin(2.0 * 3.141592653589793 * static_cast<double>(t) / 24.0) + normal(rng);
  }
  CHECK(evaluate(target).front().chosen > 0);
}

TEST_CASE("every simulated target is evaluated, and the simulated price has no skill") {
  bool price_seen = false;
  for (const Target& target : simulated_targets(3)) {
    if (target.name != "price") continue;
    for (const Comparison& comparison : evaluate(target)) {
      price_seen = true;
      CHECK(comparison.chosen == 0);
    }
  }
  CHECK(price_seen);
}
