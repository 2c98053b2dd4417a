#include <algorithm>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/chain/header_time.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

constexpr WorldKey kHeaderKey{.seed = 21};
constexpr HeaderTimeConfig kExact{
    .max_job_age_s = 0.0, .clock_error_probability = 0.0, .clock_error_s = 0.0};

TEST_CASE("without noise a header holds the whole second of its discovery") {
  const HeaderClock clock(kExact, kHeaderKey, 1'700'000'000);
  CHECK(clock.tip() == 1'700'000'000);
  CHECK(clock.median_time_past() == 1'700'000'000 - 5 * 600);
  CHECK(clock.stamp(800'000, 1'700'000'123.999, 123.999) == 1'700'000'123);
}

TEST_CASE("the median rule holds when blocks come faster than seconds") {
  HeaderClock clock(kExact, kHeaderKey, 1'700'000'000);
  std::vector<std::int64_t> times;
  for (int i = 0; i < 600; ++i) {
    const std::int64_t median = clock.median_time_past();
    const std::int64_t stamp = clock.stamp(i, 1'700'000'000.0 + 0.001 * i, 0.001);
    REQUIRE(stamp > median);
    clock.append(stamp);
    times.push_back(stamp);
  }
  // The median of 11 equal times forces one second more every six blocks.
  CHECK(times.back() - times.front() == doctest::Approx(100).epsilon(0.05));
}

TEST_CASE("a header is at most two hours ahead and later than the median, whatever the clock") {
  HeaderTimeConfig wild;
  wild.clock_error_probability = 1.0;
  wild.clock_error_s = 7200.0;
  HeaderClock clock(wild, kHeaderKey, 1'700'000'000);
  Rng rng(kHeaderKey, StreamId::kTest);
  double now = 1'700'000'000.0;
  for (int height = 0; height < 20000; ++height) {
    const double wait = 600.0 * exponential(rng);
    now += wait;
    const std::int64_t stamp = clock.stamp(height, now, wait);
    REQUIRE(stamp > clock.median_time_past());
    REQUIRE(static_cast<double>(stamp) <= now + 7200.0);
    clock.append(stamp);
  }
}

TEST_CASE("default noise looks like real headers") {
  HeaderClock clock({}, kHeaderKey, 1'700'000'000);
  Rng rng(kHeaderKey, StreamId::kTest);
  double now = 1'700'000'000.0;
  std::vector<double> lag;
  int backward = 0;
  constexpr int kBlocks = 40000;
  for (int height = 0; height < kBlocks; ++height) {
    const double wait = 600.0 * exponential(rng);
    now += wait;
    const std::int64_t stamp = clock.stamp(height, now, wait);
    backward += stamp < clock.tip();
    clock.append(stamp);
    lag.push_back(now - static_cast<double>(stamp));
  }
  std::sort(lag.begin(), lag.end());
  const auto quantile = [&](double q) { return lag[static_cast<std::size_t>(q * kBlocks)]; };
  MESSAGE("discovery - header: 1 % ", quantile(.01), ", 5 % ", quantile(.05), ", median ",
          quantile(.5), ", 95 % ", quantile(.95), " s; backward ", 100.0 * backward / kBlocks,
          " %");
  // Seen in 2021-2025: -38, 2, 20 and 42 s, .43 % backward; half and double are near enough.
  CHECK(quantile(.5) == doctest::Approx(20.0).epsilon(0.1));
  CHECK(quantile(.95) == doctest::Approx(42.0).epsilon(0.1));
  CHECK(quantile(.01) < -19.0);
  CHECK(quantile(.01) > -76.0);
  CHECK(backward > kBlocks * 0.0021);
  CHECK(backward < kBlocks * 0.0086);
}

TEST_CASE("the noise of a block depends on its height alone") {
  const HeaderClock first({}, kHeaderKey, 1'700'000'000);
  const HeaderClock second({}, kHeaderKey, 1'700'000'000);
  for (int height = 0; height < 1000; ++height) second.stamp(height, 1'700'000'600.0, 600.0);
  CHECK(first.stamp(777, 1'700'001'200.25, 600.0) == second.stamp(777, 1'700'001'200.25, 600.0));
}

}  // namespace
}  // namespace aicmp
