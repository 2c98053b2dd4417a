#include <cmath>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/moments.hpp"
#include "sim/pool/monitor/fork_watch.hpp"
#include "sim/pool/monitor/monitor.hpp"

using namespace aicmp;

namespace {

constexpr double kIntervalS = 300.0;
constexpr double kDifficulty = 1000.0;

SeenShares seen(Rng& rng, double per_min) {
  const auto shares = static_cast<double>(poisson(rng, per_min * kIntervalS / 60.0));
  return {shares, shares * kDifficulty, kDifficulty, kIntervalS};
}

/// Mean and sd over worlds of estimate / truth after `intervals`.
template <typename Estimate>
Moments errors(Estimate fresh, double per_min, int intervals) {
  Moments ratio;
  for (std::uint32_t world = 0; world < 4000; ++world) {
    Rng rng({1, world, 0}, StreamId::kTest);
    Estimate estimate = fresh;
    for (int i = 0; i < intervals; ++i) estimate.add(seen(rng, per_min));
    ratio.add(estimate.work_per_s() / (per_min / 60.0 * kDifficulty));
  }
  return ratio;
}

/// Standard error of a standard deviation.
double sd_error(double sd) {
  return sd / std::sqrt(2.0 * 4000.0);
}

/// Mean number of samples until a CUSUM of Poisson counts alarms, and its standard error.
Moments run_length(double mean, double factor, double truth, double threshold, int worlds) {
  Moments length;
  for (std::uint32_t world = 0; world < static_cast<std::uint32_t>(worlds); ++world) {
    Rng rng({1, world, 0}, StreamId::kTest);
    Cusum test;
    double samples = 0.0;
    while (test.value() < threshold) {
      test.add_count(static_cast<double>(poisson(rng, truth * mean)), mean, factor);
      ++samples;
    }
    length.add(samples);
  }
  return length;
}

/// A source that a test moves by hand.
class Dummy final : public ShareSource {
 public:
  explicit Dummy(std::size_t miners) : ShareSource(miners) {}
  void set_rates(Time, ShareRates) override {}
  void new_tip(Time) override {}
  WorkBatch take(Time) override { return {}; }
  double difficulty(std::uint32_t) const override { return job; }
  ShareCounts& all() { return counts_; }
  double job = kDifficulty;
};

}  // namespace

TEST_CASE("estimates have no bias and the known variation") {
  const double n = 12 * 5 * 6.0;
  const Moments windowed = errors(WindowedRate(), 6.0, 12);
  CHECK(std::abs(windowed.mean() - 1.0) <= 4.0 * windowed.standard_error());
  CHECK(std::abs(windowed.standard_deviation() - 1.0 / std::sqrt(n)) <=
        4.0 * sd_error(1.0 / std::sqrt(n)));

  // Counts spread over an interval weigh a little less evenly than single shares do.
  constexpr double kTau = 3600.0;
  const Moments decaying = errors(DecayingRate(kTau), 6.0, 96);
  const double cv = 1.0 / std::sqrt(2.0 * 0.1 * kTau);
  CHECK(std::abs(decaying.mean() - 1.0) <= 4.0 * decaying.standard_error());
  CHECK(std::abs(decaying.standard_deviation() - cv) <= 4.0 * sd_error(cv) + 0.01 * cv);

  const Moments young = errors(DecayingRate(kTau), 6.0, 2);
  CHECK(std::abs(young.mean() - 1.0) <= 4.0 * young.standard_error());
}

TEST_CASE("the posterior starts at its prior and ends at the shares") {
  GammaRate rate(7.0, 10.0, 3600.0);
  CHECK(rate.work_per_s() == 7.0);
  CHECK(rate.cv() == doctest::Approx(1.0 / std::sqrt(10.0)));
  rate.add({90.0, 90.0 * kDifficulty, kDifficulty, 900.0});
  // (10 + 90) / (10 / 7 + 900 / 1000)
  CHECK(rate.work_per_s() == doctest::Approx(100.0 / (10.0 / 7.0 + 0.9)));
  const Moments wrong = errors(GammaRate(1e5, 10.0, 1e9), 6.0, 480);
  CHECK(wrong.mean() == doctest::Approx(1.0).epsilon(0.002));
}

TEST_CASE("a CUSUM's false alarms are rarer than its bound, its delay near ln(ARL) / information") {
  constexpr double kMean = 30.0;
  const double threshold = std::log(200.0);
  const Moments quiet = run_length(kMean, 2.0 / 3.0, 1.0, threshold, 400);
  CHECK(quiet.mean() + 4.0 * quiet.standard_error() >= 200.0);
  const double information = kMean * (2.0 / 3.0 * std::log(2.0 / 3.0) + 1.0 / 3.0);
  const Moments drop = run_length(kMean, 2.0 / 3.0, 2.0 / 3.0, threshold, 400);
  // Wald: at least threshold / information, and an overshoot of about a sample.
  CHECK(drop.mean() >= threshold / information * 0.8);
  CHECK(drop.mean() <= threshold / information + 2.5);
}

TEST_CASE("silence alone speaks of an offline miner") {
  Cusum test;
  test.add_count(0.0, 10.0, 0.0);
  CHECK(test.value() == 10.0);
  test.add_count(1.0, 10.0, 0.0);
  CHECK(test.value() == 0.0);
}

TEST_CASE("the monitor notices what goes wrong, and only that") {
  MonitorConfig config;
  config.enabled = true;
  Dummy source(5);
  std::vector<double> work(5, 0.0);
  Monitor monitor(config, 5);
  Rng rng({1, 0, 0}, StreamId::kTest);
  std::vector<Notice> notices;
  Time now;
  constexpr int kLearn = 288;
  for (int look = 0; look < 2 * kLearn; ++look) {
    now += monitor.interval();
    const bool after = look > kLearn;
    const std::array<double, 5> pace = {1.0, after ? 0.0 : 1.0, after ? 2.0 / 3.0 : 1.0,
                                        after ? 1.6 : 1.0, 1.0};
    for (std::uint32_t i = 0; i < 5; ++i) {
      const std::int64_t shares = poisson(rng, 30.0 * pace[i]);
      const std::int64_t stale = binomial(rng, shares, after && i == 4 ? 0.1 : 0.005);
      source.all().accepted[i] += shares - stale;
      source.all().stale[i] += stale;
      work[i] += static_cast<double>(shares - stale) * kDifficulty;
    }
    for (const Notice& n : monitor.look(now, {work, source, 1e12})) {
      if (after && monitor.notices(n.miner) == 1) notices.push_back(n);
      CHECK(n.miner != 0);
    }
  }
  REQUIRE(notices.size() == 4);
  std::sort(notices.begin(), notices.end(),
            [](const Notice& a, const Notice& b) { return a.miner < b.miner; });
  CHECK(notices[0].kind == NoticeKind::kOffline);
  CHECK((notices[1].kind == NoticeKind::kDrop || notices[1].kind == NoticeKind::kSlowLoss));
  CHECK(notices[2].kind == NoticeKind::kRise);
  CHECK(notices[3].kind == NoticeKind::kLatency);
  CHECK(notices[0].reference_hashes_per_s ==
        doctest::Approx(0.1 * kDifficulty * kHashesPerWork).epsilon(0.05));
}

TEST_CASE("a miner that stops now and then is known by what it is while it mines") {
  MonitorConfig config;
  config.enabled = true;
  Dummy source(1);
  std::vector<double> work(1, 0.0);
  Monitor monitor(config, 1);
  Rng rng({1, 0, 0}, StreamId::kTest);
  Time now;
  const double truth = 0.1 * kDifficulty * kHashesPerWork;
  for (int look = 0; look < 30 * 288; ++look) {
    now += monitor.interval();
    const bool stopped = look % 288 < 48;  // four hours of each day, and then without a difficulty
    source.job = stopped ? 0.0 : kDifficulty;
    const std::int64_t shares = stopped ? 0 : poisson(rng, 30.0);
    source.all().accepted[0] += shares;
    work[0] += static_cast<double>(shares) * kDifficulty;
    for (const Notice& notice : monitor.look(now, {work, source, 1e12})) {
      CHECK(notice.kind == NoticeKind::kOffline);
      CHECK(notice.reference_hashes_per_s == doctest::Approx(truth).epsilon(0.05));
    }
  }
  CHECK(monitor.notices(NoticeKind::kOffline) >= 10);
  CHECK(monitor.posterior_hashes_per_s(0) == doctest::Approx(truth).epsilon(0.3));
}

TEST_CASE("blocks that do not come raise a suspicion after a few of them") {
  MonitorConfig config;
  config.enabled = true;
  config.learn_hours = 1.0;
  Dummy source(2);
  std::vector<double> work(2, 0.0);
  Monitor monitor(config, 2);
  Time now;
  double expected_blocks = 0.0;
  double at = 0.0;
  for (int look = 0; look < 4000; ++look) {
    now += monitor.interval();
    for (std::uint32_t i = 0; i < 2; ++i) {
      source.all().accepted[i] += 30;
      work[i] += 30.0 * kDifficulty;
    }
    expected_blocks += 0.01;
    if (look % 100 == 0) monitor.count_block(0);
    for (const Notice& notice : monitor.look(now, {work, source, 3e6})) {
      CHECK(notice.miner == 1);
      CHECK(notice.kind == NoticeKind::kWithholding);
      if (at == 0.0) at = expected_blocks;
    }
  }
  // ln(samples per false alarm) / withheld part
  CHECK(at == doctest::Approx(std::log(365.25 * 288.0 / 0.1) / 0.9).epsilon(0.02));
}

TEST_CASE("stale blocks like Bitcoin's raise no alarm; far more of them do, once") {
  Rng rng({1, 0, 0}, StreamId::kTest);
  ForkWatch watch(0.1, 0.0);
  const auto grow = [&](int blocks, double stale_part) {
    for (int i = 0; i < blocks; ++i) {
      if (uniform(rng) < stale_part) watch.count_stale();
      watch.count_block(Time::seconds(600.0 * i));
    }
  };
  grow(5 * 52'596, 0.0015);  // five years, with half a false alarm at most
  CHECK(watch.alarms().empty());
  grow(1000, 0.15);
  REQUIRE(watch.alarms().size() == 1);
  // ln(blocks per false alarm) over the drift of a block, .15 ln 10 - 9 x .0015.
  const double blocks = std::log(52'596.0 / 0.1) / (0.15 * std::log(10.0) - 9.0 * 0.0015);
  CHECK(watch.alarms()[0] < Time::seconds(600.0 * 3.0 * blocks));
  grow(500, 0.0);
  grow(1000, 0.15);
  CHECK(watch.alarms().size() == 2);
}

TEST_CASE(
    "temperature: one notice for all of a miner's machines, with hysteresis and a least time") {
  const TemperatureConfig config{.hot_c = 73.0, .band_k = 3.0, .again_hours = 24.0};
  TemperatureWatch watch(config);
  // Miner 3 has three machines, miner 5 one whose owner asks for 60 C.
  const auto look = [&](double hours, double a, double b, double c, double other) {
    const std::vector<BoardReport> reports = {
        {3, a, 0.0}, {3, b, 0.0}, {3, c, 0.0}, {5, other, 60.0}};
    return watch.look(Time::hours(hours), reports);
  };
  CHECK(look(0.0, 72.9, 70.0, 70.0, 59.9).empty());
  const auto first = look(1.0, 73.0, 74.5, 70.0, 60.0);
  REQUIRE(first.size() == 2);
  CHECK(first[0].miner == 3);
  CHECK(first[0].machines == 2);
  CHECK(first[0].hottest_c == 74.5);
  CHECK(first[0].time == Time::hours(1.0));
  CHECK(first[1].miner == 5);
  CHECK(first[1].hottest_c == 60.0);

  CHECK(look(2.0, 70.5, 74.5, 70.0, 57.5).empty());  // within the band: still hot
  CHECK(look(3.0, 73.5, 74.5, 70.0, 62.0).empty());  // and so no news
  CHECK(watch.times_hot(0) == 1);
  CHECK(look(4.0, 69.9, 69.9, 75.0, 56.9).empty());  // another machine, too soon
  CHECK(look(24.9, 70.0, 70.0, 75.0, 55.0).empty());
  const auto second = look(25.0, 70.0, 70.0, 75.0, 55.0);
  REQUIRE(second.size() == 1);
  CHECK(second[0].machines == 1);
  CHECK(look(60.0, 70.0, 70.0, 75.0, 55.0).empty());  // told
  CHECK(look(61.0, 70.0, 70.0, 69.0, 61.0).size() == 1);
  CHECK(look(62.0, 70.0, 70.0, 74.0, 61.0).size() == 1);
  CHECK(watch.notices() == 5);
  CHECK(watch.notices(3) == 3);
  CHECK(watch.notices(5) == 2);
  CHECK(watch.notices(4) == 0);
  CHECK(watch.times_hot(2) == 2);
  CHECK(watch.times_hot(99) == 0);
}
