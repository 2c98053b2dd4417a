#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/csv.hpp"
#include "sim/base/error.hpp"
#include "sim/market/energy.hpp"
#include "tests/chain/files.hpp"
#include "tests/market/moments_check.hpp"

using namespace aicmp;
using test::check_mean;

namespace {

constexpr std::int64_t kFriday = 1'704'412'800;  // 2024-01-05 00:00 UTC

EnergyPrice make(const EnergyConfig& config, std::uint32_t site = 0, std::int64_t start = kFriday,
                 Time horizon = Time::days(1.0)) {
  return EnergyPrice(config, {.seed = 1}, site, start, horizon);
}

}  // namespace

TEST_CASE("a flat price never changes") {
  EnergyPrice price = make(EnergyConfig());
  CHECK(price.usd_per_mwh(Time::days(300.0)) == 50.0);
  CHECK(price.next_change(Time()) == Time::forever());
}

TEST_CASE("a tariff follows local hours, weekends apart, and changes only where prices differ") {
  EnergyConfig config;
  config.model = EnergyModel::kTimeOfUse;
  config.utc_offset_hours = -6.0;
  EnergyPrice price = make(config);  // Thursday 18:00 local time
  CHECK(price.usd_per_mwh(Time()) == 90.0);
  CHECK(price.next_change(Time()) == Time::hours(2.0));
  CHECK(price.usd_per_mwh(Time::hours(2.0)) == 35.0);
  CHECK(price.next_change(Time::hours(2.0)) == Time::hours(22.0));
  CHECK(price.usd_per_mwh(Time::hours(22.0)) == 90.0);               // Friday 16:00
  CHECK(price.next_change(Time::hours(26.0)) == Time::hours(94.0));  // Monday 16:00

  SUBCASE("a run may start within an hour") {
    EnergyPrice late = make(config, 0, kFriday + 600);
    CHECK(late.usd_per_mwh(Time()) == 90.0);
    CHECK(late.next_change(Time()) == Time::seconds(6600.0));
  }
  SUBCASE("equal prices are one step") {
    config.time_of_use.weekday_usd_per_mwh = config.time_of_use.weekend_usd_per_mwh;
    CHECK(make(config).next_change(Time()) == Time::forever());
  }
  SUBCASE("24 prices are needed") {
    config.time_of_use.weekend_usd_per_mwh.pop_back();
    CHECK(message_of<ConfigError>([&] { make(config); }) ==
          "energy.time_of_use.weekend_usd_per_mwh: has 23 prices (allowed: 24, one for each hour)");
  }
}

TEST_CASE("a market price has the mean and the negative hours of its three states") {
  EnergyConfig config;
  config.model = EnergyModel::kMarket;
  EnergyConfig::Market& market = config.market;
  market.spike_tail_index = 2.5;
  market.spike_max_usd_per_mwh = 2000.0;
  market.glut_mean_usd_per_mwh = 12.0;
  const double spiked = market.spikes_per_year / 8760.0 * market.spike_mean_hours;
  const double glutted = market.gluts_per_year / 8760.0 * market.glut_mean_hours;
  const double normal = 1.0 / (1.0 + spiked + glutted);
  // E[min(X, M)] of a Pareto variable of minimum m and index a.
  const double m = market.spike_min_usd_per_mwh;
  const double a = market.spike_tail_index;
  const double size =
      m + m / (a - 1.0) * (1.0 - std::pow(m / market.spike_max_usd_per_mwh, a - 1.0));
  const double base = market.base_usd_per_mwh;

  Moments means;  // one sample per site, as hours are dependent
  Moments negative;
  const int hours = 240;
  for (std::uint32_t site = 0; site < 2000; ++site) {
    EnergyPrice price = make(config, site);
    double sum = 0.0;
    double below_zero = 0.0;
    for (int hour = 0; hour < hours; ++hour) {
      const double usd = price.usd_per_mwh(Time::hours(hour));
      sum += usd;
      below_zero += usd < 0.0 ? 1.0 : 0.0;
    }
    means.add(sum / hours);
    negative.add(below_zero / hours);
  }
  check_mean(means, normal * (base + spiked * (base + size) - glutted * 12.0));
  check_mean(negative, normal * glutted);
}

TEST_CASE("market prices change on the step, are repeatable, and differ by site") {
  EnergyConfig config;
  config.model = EnergyModel::kMarket;
  config.market.step_minutes = 15.0;
  EnergyPrice one = make(config, 3, kFriday + 60);
  EnergyPrice same = make(config, 3, kFriday + 60);
  EnergyPrice other = make(config, 4, kFriday + 60);
  CHECK(one.next_change(Time()) == Time::seconds(840.0));
  CHECK(one.next_change(Time::seconds(840.0)) == Time::seconds(1740.0));
  CHECK(same.usd_per_mwh(Time::days(30.0)) == one.usd_per_mwh(Time::days(30.0)));
  CHECK(same.usd_per_mwh(Time()) == one.usd_per_mwh(Time()));
  CHECK(other.usd_per_mwh(Time()) != one.usd_per_mwh(Time()));

  config.market.spike_mean_hours = 0.1;
  CHECK_THROWS_AS(make(config), ConfigError);
}

TEST_CASE("replayed prices are those of the file, and a broken file names its line") {
  EnergyConfig config;
  config.model = EnergyModel::kReplay;
  CHECK_THROWS_AS(make(config), ConfigError);
  const TemporaryFile good("time_utc,price_usd_mwh\n0,10\n900,-5.5\n1800,20\n2700,30\n");
  config.replay.file = good.path();
  EnergyPrice price = make(config, 0, 0, Time::seconds(3600.0));
  CHECK(price.usd_per_mwh(Time::seconds(899.0)) == 10.0);
  CHECK(price.usd_per_mwh(Time::seconds(900.0)) == -5.5);
  CHECK(price.next_change(Time::seconds(900.0)) == Time::seconds(1800.0));

  const TemporaryFile gap("time_utc,price_usd_mwh\n0,10\n900,11\n1800,20\n5400,30\n6300,5\n");
  config.replay.file = gap.path();
  CHECK(message_of<ConfigError>([&] { make(config, 0, 0, Time::hours(1.0)); }).find(":5: gap: ") !=
        std::string::npos);
}

TEST_CASE("the ERCOT files replay row by row") {
  struct File {
    const char* name;
    const char* column;
    std::int64_t first;
    double utc_offset_hours;
    double step_s;
  };
  for (const File& file :
       {File{"ercot_hubavg_rt15_2024_2025.csv", "rt_spp_usd_mwh", 1'704'067'200, 0.0, 900.0},
        File{"ercot_hubavg_hourly_2024_2025.csv", "da_spp_usd_mwh", 1'704'067'200, 0.0, 3600.0},
        File{"ercot_hbsouth_15min_2024_2025.csv", "rtm_usd_mwh", 1'717'221'600, -6.0, 900.0}}) {
    const auto path = test::data_file(file.name);
    if (!path) return;
    CAPTURE(file.name);
    EnergyConfig config;
    config.model = EnergyModel::kReplay;
    config.utc_offset_hours = file.utc_offset_hours;
    config.replay = {*path, file.column};
    const CsvFile csv(*path);
    const std::size_t column = csv.column(file.column);
    const int rows = 20'000 < static_cast<int>(csv.rows()) ? 20'000 : static_cast<int>(csv.rows());
    EnergyPrice price = make(config, 0, file.first, Time::seconds(file.step_s * rows));
    int wrong = 0;
    for (int row = 0; row < rows; ++row) {
      const Time t = Time::seconds(file.step_s * row);
      if (price.usd_per_mwh(t) != csv.number(static_cast<std::size_t>(row), column)) ++wrong;
    }
    CHECK(wrong == 0);
  }
}
