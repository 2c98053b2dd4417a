#include <cmath>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/base/moments.hpp"
#include "sim/chain/block_process.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

TEST_CASE("validation case 1: intervals are exponential, daily counts Poisson") {
  BlockProcess process({.seed = 31});
  process.set_rate(Time(), 1e18, 600e18);
  Moments intervals;
  Moments per_day;
  Time last;
  std::int64_t day = 0;
  std::int64_t today = 0;
  constexpr int kBlocks = 1'000'000;
  for (int i = 0; i < kBlocks; ++i) {
    const Time found = process.next_time();
    process.take();
    intervals.add((found - last).in_seconds());
    last = found;
    for (; static_cast<std::int64_t>(found.in_days()) > day; ++day, today = 0) {
      per_day.add(static_cast<double>(today));
    }
    ++today;
  }
  const double cv = intervals.standard_deviation() / intervals.mean();
  const double dispersion = per_day.variance() / per_day.mean();
  MESSAGE("mean ", intervals.mean(), " s, CV ", cv, ", daily variance/mean ", dispersion);
  CHECK(std::abs(intervals.mean() - 600.0) < 4 * 600.0 / std::sqrt(kBlocks));
  CHECK(std::abs(cv - 1.0) < 4 / std::sqrt(kBlocks));  // sqrt(n) (CV - 1) -> N(0, 1)
  CHECK(std::abs(dispersion - 1.0) < 4 * std::sqrt(2.0 / static_cast<double>(per_day.count())));
}

TEST_CASE("changes of rate use up the same exponentials and winners") {
  const WorldKey key{.seed = 32};
  BlockProcess steady(key);
  steady.set_rate(Time(), 1.0, 600.0);
  BlockProcess moving(key);
  moving.set_rate(Time(), 1.0, 600.0);
  Rng rng(key, StreamId::kTest);

  double rate = 1.0;
  double expected = 600.0;
  Time now;
  Time steady_last;
  for (int block = 0; block < 2000; ++block) {
    double work = 0.0;  // in blocks
    for (;;) {
      const Time change = now + Time::seconds(400.0 * exponential(rng));
      const Time until = std::min(change, moving.next_time());
      work += rate / expected * (until - now).in_seconds();
      now = until;
      if (now == moving.next_time()) break;
      rate = uniform(rng) < 0.1 ? 0.0 : 3.0 * uniform(rng);
      expected = 100.0 + 900.0 * uniform(rng);
      moving.set_rate(now, rate, expected);
    }
    const double unit = (steady.next_time() - steady_last).in_seconds() / 600.0;
    steady_last = steady.next_time();
    REQUIRE(work == doctest::Approx(unit).epsilon(1e-9).scale(1.0));
    REQUIRE(moving.take() == steady.take());
  }
}

TEST_CASE("nobody mines, nothing is found") {
  BlockProcess process({.seed = 33});
  CHECK(process.next_time() == Time::forever());
  process.set_rate(Time::hours(1), 1.0, 600.0);
  const Time first = process.next_time();
  process.set_rate(Time::hours(1), 0.0, 600.0);
  CHECK(process.next_time() == Time::forever());
  process.set_rate(Time::hours(3), 1.0, 600.0);
  CHECK(process.next_time() - first == Time::hours(2));
  process.set_rate(Time::hours(3), 1e-12, 600.0);  // far beyond the range of Time
  CHECK(process.next_time() == Time::forever());
}

}  // namespace
}  // namespace aicmp
