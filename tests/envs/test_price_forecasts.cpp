#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "envs/problems/price_forecasts.hpp"
#include "envs/rollout.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "tests/temporary_file.hpp"

using namespace aicmp;

namespace {

constexpr std::size_t kRows = 4000;
constexpr std::size_t kLearn = 3000;

/// A daily wave from 20 to 180 USD/MWh under noise that lasts some hours.
std::vector<double> wave() {
  Rng rng({8, 0, 0}, StreamId::kTest);
  std::vector<double> prices;
  double noise = 0.0;
  for (std::size_t hour = 0; hour < kRows; ++hour) {
    noise = 0.8 * noise + 6.0 * normal(rng);
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(hour) / 24.0;
    prices.push_back(100.0 + 80.0 * std::sin(angle) + noise);
  }
  return prices;
}

double rms_error(const PriceForecasts& forecasts, const std::vector<double>& prices,
                 std::size_t horizon) {
  const auto steps = static_cast<std::size_t>(PriceForecasts::kHours[horizon]);
  double squares = 0.0;
  std::size_t count = 0;
  for (std::size_t row = kLearn; row + steps < prices.size(); ++row, ++count) {
    const double error = forecasts.usd_per_mwh(row, horizon) - prices[row + steps];
    squares += error * error;
  }
  return std::sqrt(squares / static_cast<double>(count));
}

std::string csv_of(const std::vector<double>& prices) {
  std::string text = "time_utc,rt_spp_usd_mwh\n";
  for (std::size_t hour = 0; hour < prices.size(); ++hour) {
    text += fmt::format("{},{}\n", 1'704'067'200 + 3600 * hour, prices[hour]);
  }
  return text;
}

}  // namespace

TEST_CASE("the oracle tells the truth, and others come near it without it") {
  const std::vector<double> prices = wave();
  const PriceForecasts oracle(ForecastSource::kOracle, prices, 1.0, kLearn);
  const PriceForecasts baseline(ForecastSource::kBaseline, prices, 1.0, kLearn);
  const PriceForecasts learnt(ForecastSource::kLstm, prices, 1.0, kLearn);
  for (std::size_t h = 0; h < PriceForecasts::kHours.size(); ++h)
    CHECK(rms_error(oracle, prices, h) == 0.0);
  // Nobody can be better than what the noise of the next hour is, 6; persistence has 16 or so.
  for (const PriceForecasts* forecasts : {&baseline, &learnt}) {
    CHECK(rms_error(*forecasts, prices, 0) > 5.0);
    CHECK(rms_error(*forecasts, prices, 0) < 11.0);
  }
}

TEST_CASE("no forecast of a price before a change of the future sees it") {
  const std::vector<double> prices = wave();
  std::vector<double> changed = prices;
  constexpr std::size_t kChange = 3500;
  for (std::size_t row = kChange; row < changed.size(); ++row) changed[row] += 500.0;
  for (const ForecastSource source : {ForecastSource::kBaseline, ForecastSource::kLstm}) {
    const PriceForecasts before(source, prices, 1.0, kLearn);
    const PriceForecasts after(source, changed, 1.0, kLearn);
    for (std::size_t h = 0; h < PriceForecasts::kHours.size(); ++h) {
      for (std::size_t row = 0; row < kChange; ++row) {
        REQUIRE(before.usd_per_mwh(row, h) == after.usd_per_mwh(row, h));
      }
      CHECK(before.usd_per_mwh(kChange, h) != after.usd_per_mwh(kChange, h));
    }
  }
}

TEST_CASE("what cannot be foretold is refused") {
  const std::vector<double> prices = wave();
  CHECK_THROWS_WITH_AS(PriceForecasts(ForecastSource::kLstm, prices, 0.25, kLearn),
                       doctest::Contains("hourly"), ConfigError);
  CHECK_THROWS_WITH_AS(PriceForecasts(ForecastSource::kBaseline, prices, 1.0, 500),
                       doctest::Contains("500 rows"), ConfigError);
  CHECK_THROWS_WITH_AS(make_environment("AICMP/Curtailment-v0", {}, "", {"forecast=baseline"}),
                       doctest::Contains("forecast"), ConfigError);
}

TEST_CASE(
    "foretold prices are in the observation if ordered, and planning by the truth pays most") {
  const TemporaryFile file(csv_of(wave()));
  const auto options = [&](const char* forecast) {
    return std::vector<std::string>{"price_file=" + file.path(), "held_out_from=2024-05-05",
                                    "steps=600", std::string("forecast=") + forecast};
  };
  const std::string id = "AICMP/Curtailment-v0";
  const auto fields = [&](const char* forecast) {
    return make_environment(id, {}, "", options(forecast))->spec().observation.size();
  };
  CHECK(fields("baseline") == fields("none") + PriceForecasts::kHours.size());
  const double greedy = score(id, "greedy", 20, options("none")).mean();
  const double planned = score(id, "plan", 20, options("baseline")).mean();
  const double truth = score(id, "plan", 20, options("oracle")).mean();
  const double bound = score(id, "clairvoyant", 20, options("none")).mean();
  CHECK(planned > greedy);
  CHECK(truth > planned);
  CHECK(bound >= truth);
}
