#include <cmath>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/chain/hash_growth.hpp"
#include "sim/chain/target.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

constexpr WorldKey kGrowthKey{.seed = 61};
constexpr std::int64_t kStart = 1'700'000'000;
constexpr MiningMarket kMarket{.btc_usd = 60'000.0, .hash_price_usd_per_phs_day = 48.0};

std::unique_ptr<HashGrowth> make(const GrowthConfig& config, const WorldKey& key = kGrowthKey) {
  return make_hash_growth(config, 1e20, kStart, key);
}

/// Advances through every change up to and including `until`.
void run_to(HashGrowth& growth, Time until, const MiningMarket& market = kMarket) {
  while (growth.next_change() <= until) growth.advance(market);
}

TEST_CASE("a fixed hash rate never changes") {
  const auto growth = make({});
  CHECK(growth->hashes_per_s() == 1e20);
  CHECK(growth->next_change() == Time::forever());
}

TEST_CASE("scheduled growth reaches its rate every 14 days and steps when told") {
  GrowthConfig config;
  config.model = GrowthModel::kScheduled;
  config.growth_per_14_days = 0.05;
  config.steps = {{30.25, 10.0}, {20.0, 0.5}};  // in any order
  const auto growth = make(config);
  CHECK(growth->hashes_per_s() == 1e20);
  run_to(*growth, Time::days(14));
  CHECK(growth->hashes_per_s() == doctest::Approx(1.05e20).epsilon(1e-12));
  run_to(*growth, Time::days(19.5));
  CHECK(growth->next_change() == Time::days(20));
  run_to(*growth, Time::days(28));
  CHECK(growth->hashes_per_s() == doctest::Approx(0.5 * 1.05 * 1.05e20).epsilon(1e-12));
  run_to(*growth, Time::days(30));
  CHECK(growth->next_change() == Time::days(30.25));
  run_to(*growth, Time::days(42));
  CHECK(growth->hashes_per_s() == doctest::Approx(5 * std::pow(1.05, 3) * 1e20).epsilon(1e-12));
  CHECK(growth->next_change() == Time::days(43));
}

TEST_CASE("steps alone, one of them at once") {
  GrowthConfig config;
  config.model = GrowthModel::kScheduled;
  config.steps = {{0.0, 2.0}, {5.0, 3.0}, {5.0, 5.0}};
  const auto growth = make(config);
  CHECK(growth->hashes_per_s() == 2e20);
  CHECK(growth->next_change() == Time::days(5));
  growth->advance(kMarket);
  CHECK(growth->hashes_per_s() == 30e20);
  CHECK(growth->next_change() == Time::forever());
}

TEST_CASE("replay follows its file") {
  const TemporaryFile file(
      "time,hashes_per_s\n1699990000,1e20\n1700000000,2e20\n1700000100,3e20\n1700003600,0\n");
  GrowthConfig config;
  config.model = GrowthModel::kReplay;
  config.replay_csv = file.path();
  const auto growth = make(config);
  CHECK(growth->hashes_per_s() == 2e20);
  CHECK(growth->next_change() == Time::seconds(100));
  growth->advance(kMarket);
  CHECK(growth->hashes_per_s() == 3e20);
  growth->advance(kMarket);
  CHECK(growth->hashes_per_s() == 0.0);
  CHECK(growth->next_change() == Time::forever());
  for (const std::int64_t outside : {kStart - 10'001, kStart + 3601}) {
    CHECK_THROWS_AS(make_hash_growth(config, 1e20, outside, kGrowthKey), ConfigError);
  }
  config.replay_csv.clear();
  CHECK_THROWS_AS(make(config), ConfigError);
}

TEST_CASE("replay derives hash rates from blocks") {
  std::string content = "height,time\n";
  for (std::int64_t height = 2016; height < 2 * 2016; ++height) {
    content += std::to_string(height) + "," + std::to_string(kStart + (height - 2016) * 300) + "\n";
  }
  const TemporaryFile file(content);
  GrowthConfig config;
  config.model = GrowthModel::kReplay;
  config.replay_csv = file.path();
  CHECK(message_of<ConfigError>([&] {
          make(config);
        }).starts_with("network.growth.replay_first_nbits: ''"));
  config.replay_first_nbits = "1c00ffff";
  const auto growth = make(config);
  CHECK(growth->hashes_per_s() ==
        doctest::Approx(expected_hashes(decode_compact(0x1c00ffff).value) / 300.0));
  CHECK(growth->next_change() == Time::seconds(143 * 300));  // block 2016 opens the first window
}

TEST_CASE("at the reference price miners grow by g, whatever the day") {
  GrowthConfig config;
  config.model = GrowthModel::kHashPrice;
  config.reaction.noise_sd = 0.0;
  const auto growth = make(config);
  CHECK(growth->next_change() == Time());
  run_to(*growth, Time());
  CHECK(growth->hashes_per_s() == 1e20);
  run_to(*growth, Time::days(140));
  CHECK(std::log(growth->hashes_per_s() / 1e20) == doctest::Approx(10 * 0.014).epsilon(1e-9));
}

TEST_CASE("miners react to prices of one period ago") {
  GrowthConfig config;
  config.model = GrowthModel::kHashPrice;
  config.reaction = {.growth = 0.0,
                     .pull = 0.05,
                     .price_elasticity = 0.1,
                     .noise_sd = 0.0,
                     .reference_usd_per_phs_day = 48.0,
                     .lag_periods = 1};
  const auto growth = make(config);
  const MiningMarket boom{.btc_usd = 120'000.0, .hash_price_usd_per_phs_day = 96.0};
  run_to(*growth, Time::days(13));        // decided at day 0, before the boom
  run_to(*growth, Time::days(27), boom);  // seen at day 14, acted upon one period later
  CHECK(growth->hashes_per_s() == doctest::Approx(1e20).epsilon(1e-12));
  run_to(*growth, Time::days(42), boom);
  CHECK(std::log(growth->hashes_per_s() / 1e20) ==
        doctest::Approx((0.05 + 0.1) * std::log(2.0)).epsilon(1e-9));
  run_to(*growth, Time::days(56), boom);  // the price has stopped moving, the pull has not
  CHECK(std::log(growth->hashes_per_s() / 1e20) ==
        doctest::Approx((2 * 0.05 + 0.1) * std::log(2.0)).epsilon(1e-9));
}

TEST_CASE("noise has its standard deviation and its seed") {
  GrowthConfig config;
  config.model = GrowthModel::kHashPrice;
  config.reaction.growth = 0.0;
  Moments logs;
  const auto growth = make(config);
  const auto twin = make(config);
  double last = 0.0;
  constexpr int kPeriods = 4000;
  for (int period = 1; period <= kPeriods; ++period) {
    run_to(*growth, Time::days(14.0 * period));
    run_to(*twin, Time::days(14.0 * period));
    REQUIRE(growth->hashes_per_s() == twin->hashes_per_s());
    const double level = std::log(growth->hashes_per_s() / 1e20);
    logs.add(level - last);
    last = level;
  }
  CHECK(std::abs(logs.mean()) < 4 * 0.045 / std::sqrt(kPeriods));
  CHECK(std::abs(logs.standard_deviation() / 0.045 - 1) < 4 / std::sqrt(2.0 * kPeriods));
  const auto other = make(config, {.seed = 62});
  run_to(*other, Time::days(14.0 * kPeriods));
  CHECK(other->hashes_per_s() != growth->hashes_per_s());
}

}  // namespace
}  // namespace aicmp
