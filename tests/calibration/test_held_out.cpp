#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/calibration/block_fit.hpp"
#include "sim/calibration/held_out.hpp"
#include "sim/calibration/price_fit.hpp"
#include "tests/temporary_file.hpp"

using namespace aicmp;

TEST_CASE("a held-out part under the same law is foretold, one under another is not") {
  PriceConfig config;
  std::vector<double> daily = draw_daily_returns(config, 1500, {3, 0, 0});
  const Fit same = held_out_prices(daily, PriceModel::kGbm, 0.2, 5);
  // Each of five checks fails by chance once in 20.
  CHECK(std::count_if(same.checks.begin(), same.checks.end(),
                      [](const Check& check) { return !check.holds(); }) <= 1);
  for (std::size_t d = 1200; d < daily.size(); ++d) daily[d] *= 2.0;
  const Fit other = held_out_prices(daily, PriceModel::kGbm, 0.2, 5);
  REQUIRE(other.checks.front().property == "standard deviation");
  CHECK_FALSE(other.checks.front().holds());
  CHECK_FALSE(other.warnings.empty());
}

TEST_CASE("held-out block intervals are foretold, and a hash rate that doubles is not") {
  // 20 epochs of exponential blocks at the right pace; in the other file the last four at twice it.
  const auto file_of = [](double last_pace) {
    Rng rng({4, 0, 0}, StreamId::kTest);
    std::string text = "height,time\n";
    double time_s = 1'600'000'000.0;
    for (int height = 0; height < 20 * 2016; ++height) {
      text += fmt::format("{},{}\n", height, static_cast<std::int64_t>(time_s));
      time_s += 600.0 * exponential(rng) / (height < 16 * 2016 ? 1.0 : last_pace);
    }
    return text;
  };
  const auto held_out = [&](double last_pace) {
    const TemporaryFile file(file_of(last_pace));
    const BlockHistory blocks(file.path());
    HeaderTimeConfig config;
    config.max_job_age_s = 0.0;
    config.clock_error_probability = 0.0;
    return held_out_intervals(blocks, config, 0.2, 5);
  };
  // Each of seven checks fails by chance once in 20.
  const auto missed = [](const Fit& fit) {
    return std::count_if(fit.checks.begin(), fit.checks.end(),
                         [](const Check& check) { return !check.holds(); });
  };
  CHECK(missed(held_out(1.0)) <= 2);
  const Fit other = held_out(2.0);
  const auto pace = std::find_if(other.checks.begin(), other.checks.end(), [](const Check& check) {
    return check.property == "mean of log epoch length over 14 days";
  });
  REQUIRE(pace != other.checks.end());
  CHECK_FALSE(pace->holds());
}
