#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/market/ambient.hpp"
#include "sim/market/demand_response.hpp"
#include "sim/market/grid_charges.hpp"
#include "tests/chain/files.hpp"

using namespace aicmp;

namespace {

constexpr std::int64_t kJune = 1'748'736'000;  // 2025-06-01 00:00 UTC

Ambient make(const AmbientConfig& config, double days = 400.0, std::uint32_t site = 0) {
  return Ambient(config, 0.0, {.seed = 1}, site, kJune, Time::days(days));
}

}  // namespace

TEST_CASE("seasons: mean, daily and yearly swing, and a noise of the given spread") {
  AmbientConfig config;
  config.model = AmbientModel::kSeasons;
  config.mean_c = 20.0;
  config.noise_sd_c = 0.0;
  Ambient quiet = make(config);
  double sum = 0.0;
  for (int hour = 0; hour < 24 * 365; ++hour) sum += quiet.at(Time::hours(hour));
  CHECK(sum / (24 * 365) == doctest::Approx(20.0).epsilon(0.005));
  CHECK(quiet.at(Time::days(54.0) + Time::hours(15.6)) == doctest::Approx(36.0).epsilon(0.01));

  config.noise_sd_c = 3.0;
  Moments noise;
  for (std::uint32_t site = 0; site < 2000; ++site) {
    Ambient noisy = make(config, 2.0, site);
    noise.add(noisy.at(Time::hours(30.0)) - quiet.at(Time::hours(30.0)));
  }
  CHECK(std::abs(noise.mean()) < 4.0 * 3.0 / std::sqrt(2000.0));
  CHECK(noise.standard_deviation() == doctest::Approx(3.0).epsilon(4.0 / std::sqrt(4000.0)));
}

TEST_CASE("a heat wave adds to any model, for its days alone") {
  AmbientConfig config;
  config.heat_wave_day = 10.0;
  config.heat_wave_days = 3.0;
  config.heat_wave_rise_c = 15.0;
  Ambient air = make(config);
  CHECK(air.at(Time::days(9.99)) == 25.0);
  CHECK(air.at(Time::days(10.0)) == 40.0);
  CHECK(air.at(Time::days(13.0)) == 25.0);
}

TEST_CASE("weather replays from a file, which must cover the run") {
  TemporaryFile file("time,temp_c\n1748736000,21.5\n1748739600,22.5\n1748743200,23\n");
  AmbientConfig config;
  config.model = AmbientModel::kReplay;
  CHECK(message_of<ConfigError>([&] { make(config); }) ==
        "ambient.file: a replay needs a file of temperatures");
  config.file = file.path();
  Ambient air = make(config, 2.0 / 24.0);
  CHECK(air.at(Time::hours(1.5)) == 22.5);
  CHECK_THROWS_AS(make(config, 2.0), ConfigError);
}

TEST_CASE("calls come at their rate, last as told, and never overlap") {
  ResponseConfig config;
  config.bid_part = 1.0;
  const double years = 400.0;
  const Time horizon = Time::days(200.0 * 365.25);
  std::size_t calls = 0;
  double hours = 0.0;
  for (std::uint32_t site = 0; site < 2; ++site) {
    const std::vector<Call> drawn = draw_calls(config, {.seed = 2}, site, horizon);
    calls += drawn.size();
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      CHECK(drawn[i].begin - drawn[i].notice == Time::hours(1.0 / 6.0));
      if (i > 0) CHECK(drawn[i].notice >= drawn[i - 1].end);
      hours += (drawn[i].end - drawn[i].begin).in_hours();
    }
  }
  const double cycle_years = 1.0 / 20.0 + (2.0 + 1.0 / 6.0) / 8766.0;
  CHECK(std::abs(static_cast<double>(calls) - years / cycle_years) <
        4.0 * std::sqrt(years / cycle_years));
  CHECK(std::abs(hours / static_cast<double>(calls) - 2.0) <
        4.0 * 2.0 / std::sqrt(static_cast<double>(calls)));

  SUBCASE("what an offer earns is its closed form") {
    const double called = hours / years;
    CHECK(response_value_usd_per_mw_year(config, 60.0) ==
          doctest::Approx(5.0 * (8766.0 - called) - 60.0 * called).epsilon(0.01));
  }
  SUBCASE("seconds within calls") {
    const std::vector<Call> two = {{Time::hours(1), Time::hours(1), Time::hours(2)},
                                   {Time::hours(4), Time::hours(4), Time::hours(7)}};
    CHECK(called_s(two, Time(), Time::hours(10)) == doctest::Approx(4 * 3600.0));
    CHECK(called_s(two, Time::hours(1.5), Time::hours(5)) == doctest::Approx(1.5 * 3600.0));
    CHECK(called_s(two, Time::hours(2), Time::hours(4)) == 0.0);
  }
}

TEST_CASE("demand charge: the highest metering period of each calendar month") {
  GridChargesConfig config;
  config.demand_usd_per_kw_month = 10.0;
  GridCharges charges(config, 0.0, kJune, Time::hours(1.0));
  // 61 days: June at 100 kW with one hour whose halves are 300 and 100 kW, July at 50 kW.
  for (int half = 0; half < 61 * 48; ++half) {
    const Time from = Time::hours(0.5 * half);
    const double kw = half == 20 ? 300.0 : half < 30 * 48 ? 100.0 : 50.0;
    charges.add(from, from + Time::hours(0.5), kw * 1e3, 1.0);
  }
  charges.close();
  CHECK(charges.demand_usd() == doctest::Approx(10.0 * (200.0 + 50.0)));
}

TEST_CASE("coincident peak: power at the system's highest load of each month of the season") {
  GridChargesConfig config;
  config.peak_usd_per_kw_year = 80.0;
  GridCharges charges(config, 0.0, kJune, Time::hours(1.0));
  for (int hour = 0; hour < 153 * 24; ++hour) {  // June to October
    const double load = hour == 100 ? 9.0 : hour == 1000 ? 8.0 : 1.0 + 1e-6 * hour;
    const double kw = hour == 100 ? 0.0 : hour == 1000 ? 70.0 : 200.0;
    charges.add(Time::hours(hour), Time::hours(hour + 1), kw * 1e3, load);
  }
  charges.close();
  // A quarter each: June 0, July 70, August and September 200; October does not count.
  CHECK(charges.peak_usd() == doctest::Approx(80.0 / 4.0 * (0.0 + 70.0 + 200.0 + 200.0)));
  CHECK(charges.in_season(Time()));
  CHECK_FALSE(charges.in_season(Time::days(140.0)));
}

TEST_CASE("stopping at every new highest load stops 1 + 1/2 + ... + 1/30 times (case C30)") {
  GridChargesConfig config;
  config.peak_usd_per_kw_year = 1.0;
  Rng rng({.seed = 4}, StreamId::kTest);
  Moments stops;
  for (int trial = 0; trial < 2000; ++trial) {
    GridCharges charges(config, 0.0, kJune, Time::days(1.0));
    double count = 0.0;
    for (int day = 0; day < 30; ++day) {
      const double load = uniform(rng);
      const bool stop = load >= charges.highest_load();
      count += stop ? 1.0 : 0.0;
      charges.add(Time::days(day), Time::days(day + 1), stop ? 0.0 : 1e3, load);
    }
    stops.add(count);
    charges.close();
    CHECK(charges.peak_usd() == 0.0);
  }
  CHECK(std::abs(stops.mean() - 3.99499) < 4.0 * stops.standard_deviation() / std::sqrt(2000.0));
}
