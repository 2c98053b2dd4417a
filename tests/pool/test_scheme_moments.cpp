// Closed forms of the schemes that score shares, of hopping and of PPS+ and FPPS, by Monte Carlo
// with bounds of four standard errors (economics.md 2.1, 2.3, 2.6). Pays are in block rewards.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

/// A log-normal of this mean and coefficient of variation.
double log_normal(Rng& rng, double mean, double cv) {
  const double variance = std::log1p(cv * cv);
  return mean * std::exp(std::sqrt(variance) * normal(rng) - 0.5 * variance);
}

/// `count` shares of one miner as equal single shares.
void add_shares(Drive& pool, std::uint32_t miner, std::int64_t count) {
  static std::vector<CreditedShare> shares;
  if (count <= 0) return;
  shares.assign(static_cast<std::size_t>(count), {pool.now, miner, 1.0});
  pool.shares(shares);
}

}  // namespace

TEST_CASE("C01: SOLO pays Poisson blocks to their finder") {
  Rng rng = test_rng(40);
  VarianceSamples pay;
  for (int run = 0; run < 20'000; ++run) {
    Drive solo("solo", 2, 1000.0);
    solo.subsidy = Satoshi(312'500'000);
    for (std::int64_t k = poisson(rng, 3.7); k > 0; --k) solo.block(0);
    for (std::int64_t k = poisson(rng, 2.0); k > 0; --k) solo.block(1);
    pay.add(solo.earned(0) * 1e-8);
  }
  check_mean(pay.moments(), 11.5625);
  pay.check(36.1328);
}

TEST_CASE("C07: what one share is paid over its life under DGM and GEO") {
  struct Case {
    const char* spec;
    double mean;
    double variance;
  };
  for (const Case& c : {Case{"dgm:0.3:o=0:fee=0.01", 0.003465, 1.14228e-5},
                        Case{"geo:0.3:fee=0.01", 0.003465, 1.14228e-5},
                        Case{"dgm:0.3:o=0.5:fee=0.01", 0.003465, 5.26193e-6},
                        Case{"dgm:0.1:o=0.9:fee=0", 0.0045, 8.18459e-6}}) {
    Rng rng = test_rng(41);
    const double p = 1.0 / 200.0;
    const SchemeConfig config = Drive::free_of_fee(c.spec);
    VarianceSamples pay;
    for (int sample = 0; sample < 60'000; ++sample) {
      Drive pool(config, 2, 200.0);
      pool.share(0);
      if (uniform(rng) < p) pool.block(0);
      for (std::int64_t shares = 0; shares < 3000;) {  // e^-13 of a score is left
        const std::int64_t next = round_length(rng, p);
        pool.counts({0, static_cast<std::int32_t>(next)}, {1.0, 1.0});
        pool.block(1);
        shares += next;
      }
      pay.add(pool.earned(0) / kBlockReward);
    }
    INFO(c.spec);
    check_mean(pay.moments(), c.mean);
    pay.check(c.variance);
  }
}

TEST_CASE("C08: a GEO pool's fee and a miner's long-run variance") {
  Rng rng = test_rng(42);
  const double p = 1.0 / 200.0;
  const double a = 0.05;
  Drive geo("geo:0.3", 2, 200.0);
  VarianceSamples operators, miner, renewal;
  std::vector<CreditedShare> shares;
  for (int round = 0; round < 60'000; ++round) {
    const std::int64_t length = round_length(rng, p);
    shares.clear();
    for (std::int64_t k = 0; k < length; ++k) {
      shares.push_back({Time(), uniform(rng) < a ? 0U : 1U, 1.0});
    }
    geo.shares(shares);
    const Satoshi before = geo.book.reserve();
    const double pay = in_blocks(geo.block(1)[0]);
    operators.add(in_blocks(geo.book.reserve() - before));
    miner.add(pay);
    renewal.add(pay - 0.7 * a * p * static_cast<double>(length));
  }
  check_mean(operators.moments(), 0.3);
  operators.check(0.085627);
  check_mean(miner.moments(), 0.035);
  renewal.check(9.2871e-4);
}

TEST_CASE("DGM is fair at every share difficulty and over a retarget") {
  // Every share of block probability p earns (1 - c) p on average, also beside shares of others.
  Rng rng = test_rng(43);
  std::array<Moments, 3> surplus;
  const std::array<double, 3> weight = {1.0, 20.0, 90.0};
  for (int run = 0; run < 1500; ++run) {
    Drive dgm("dgm:0.3:o=0.4", 4, 300.0);
    std::array<double, 4> expected{};
    double difficulty = 300.0;
    for (int k = 0; k < 2400; ++k) {
      if (k == 600) dgm.network(difficulty = 900.0);
      // The last stretch brings the tail of earlier shares home: nobody else's shares count.
      const auto miner = k < 1200 ? static_cast<std::uint32_t>(rng() % 3) : 3U;
      const double work = miner < 3 ? weight[miner] : 20.0;
      dgm.share(miner, work);
      expected[miner] += 0.7 * work / difficulty;
      if (uniform(rng) < work / difficulty) dgm.block(miner);
    }
    for (std::uint32_t i = 0; i < 3; ++i) {
      surplus[i].add(dgm.earned(i) / kBlockReward - expected[i]);
    }
  }
  for (const Moments& m : surplus) check_mean(m, 0.0);
}

TEST_CASE("scores of counts are the mean over the counts' random order") {
  // The same block of 40 counts, single shares in 20,000 random orders against one batch.
  for (const char* spec : {"geo:0.3", "dgm:0.2:o=0.6", "score:100"}) {
    const std::vector<double> difficulty = {1.0, 1.0, 1.0};
    Drive flow(spec, 3, 50.0, Fidelity::kFlow);
    flow.counts({5, 15, 20}, difficulty, Time::seconds(200.0));
    const auto expected = flow.block(0);

    Rng rng = test_rng(44);
    std::array<Moments, 3> pay;
    for (int run = 0; run < 20'000; ++run) {
      Drive single(spec, 3, 50.0);
      std::vector<CreditedShare> shares;
      for (std::uint32_t k = 0; k < 40; ++k) {
        shares.push_back({Time::seconds(200.0 * uniform(rng)), k < 5 ? 0U : k < 20 ? 1U : 2U, 1.0});
      }
      std::sort(shares.begin(), shares.end(),
                [](const CreditedShare& x, const CreditedShare& y) { return x.time < y.time; });
      shares.push_back({Time::seconds(200.0), 0, 1e-12});  // ends at the same time
      single.shares(shares);
      const auto parts = single.block(0);
      for (std::size_t i = 0; i < 3; ++i) pay[i].add(in_blocks(parts[i]));
    }
    INFO(spec);
    for (std::size_t i = 0; i < 3; ++i) {
      // SCORE divides by the sum of scores, so its mean is exact to the second order only.
      const double second_order = std::string_view(spec) == "score:100" ? 0.004 : 0.0;
      check_mean(pay[i], in_blocks(expected[i]), second_order);
    }
  }
}

TEST_CASE("SLICE of counts is the mean over the counts' random order") {
  // New blocks at 20, 30, 90, 95 and 100 of 100 s; the last slice stays open.
  const std::array<double, 4> cuts = {20.0, 30.0, 90.0, 95.0};
  const auto cut = [&](Drive& pool) {
    for (const double at : cuts) pool.scheme->on_template({Time::seconds(at), true, Satoshi(0)});
  };
  const std::vector<double> difficulty = {1.0, 1.0};
  Drive flow("slice:1", 2, 40.0, Fidelity::kFlow);
  cut(flow);
  flow.counts({4, 16}, difficulty, Time::seconds(100.0));
  const Satoshi fees(kBlockReward);
  const auto expected = flow.block(0, fees);

  Rng rng = test_rng(52);
  std::array<Moments, 2> pay;
  for (int run = 0; run < 20'000; ++run) {
    Drive single("slice:1", 2, 40.0);
    std::vector<CreditedShare> shares;
    for (std::uint32_t k = 0; k < 20; ++k) {
      shares.push_back({Time::seconds(100.0 * uniform(rng)), k < 4 ? 0U : 1U, 1.0});
    }
    std::sort(shares.begin(), shares.end(),
              [](const CreditedShare& x, const CreditedShare& y) { return x.time < y.time; });
    cut(single);
    single.shares(shares);
    const auto parts = single.block(0, fees);
    for (std::size_t i = 0; i < 2; ++i) pay[i].add(in_blocks(parts[i]));
  }
  for (std::size_t i = 0; i < 2; ++i) check_mean(pay[i], in_blocks(expected[i]));
}

TEST_CASE("scores survive an orphaned block as if it had not been found") {
  for (const char* spec : {"geo:0.3", "dgm:0.3:o=0.5", "score:50", "eta-r:0.7", "prop", "eta-t:0.8",
                           "pplns:1", "eta:0.5:window=1"}) {
    Drive lost(spec, 3, 100.0);
    Drive never(spec, 3, 100.0);
    for (Drive* pool : {&lost, &never}) {
      for (int k = 0; k < 60; ++k) {
        pool->now += Time::seconds(3.0);
        pool->share(static_cast<std::uint32_t>(k % 3 == 0 ? 1 : 0));
      }
      if (pool == &lost) pool->block(1);
      for (int k = 0; k < 10; ++k) {
        pool->now += Time::seconds(2.0);
        pool->share(2);
      }
      if (pool == &lost) pool->orphan();
      pool->share(0);
    }
    INFO(spec);
    for (std::uint32_t i = 0; i < 3; ++i) CHECK(lost.book.earned()[i] == Satoshi(0));
    const auto parts = lost.block(0);
    const auto expected = never.block(0);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(std::abs(parts[i].value() - expected[i].value()) <= 1);  // last digits of the scale
    }
  }
}

TEST_CASE("C09, C17: hopping PROP and ETA-R pays x^eta Gamma(1 - eta, x)") {
  // The hopper mines the first part x of each round and goes where work is paid fairly after.
  SUBCASE("PROP at D = 200: .280566, exact in the discrete sum") {
    Rng rng = test_rng(45);
    Drive prop("prop", 2, 200.0);
    Moments gain;
    for (int round = 0; round < 50'000; ++round) {
      const std::int64_t length = round_length(rng, 1.0 / 200.0);
      const std::int64_t early = std::min<std::int64_t>(length, 86);
      prop.counts({static_cast<std::int32_t>(early), static_cast<std::int32_t>(length - early)},
                  {1.0, 1.0});
      gain.add(in_blocks(prop.block(1)[0]) - static_cast<double>(early) / 200.0);
    }
    check_mean(gain, 0.280566);
  }
  SUBCASE("ETA-R, a small hopper in a fluid pool") {
    struct Case {
      const char* spec;
      double eta;
      double leave;
      double gain;
    };
    for (const Case& c :
         {Case{"eta-r:0.5", 0.5, 0.283, 0.426055}, Case{"eta-r:0.7", 0.7, 0.352, 0.353608},
          Case{"eta-r:0.9", 0.9, 0.409, 0.302102}}) {
      Rng rng = test_rng(46);
      const double hash_part = 1e-9;
      const double always = std::pow(hash_part, c.eta);
      Drive pool(c.spec, 2, 1.0);
      pool.network(1.0, Satoshi(100'000'000'000'000));
      Moments gain;
      for (int round = 0; round < 50'000; ++round) {
        const double length = exponential(rng);
        const double early = std::min(length, c.leave);
        pool.share(0, hash_part * early);
        pool.share(1, length);
        const double pay = static_cast<double>(pool.block(1)[0].value()) * 1e-14 / always;
        gain.add(pay - (length < c.leave ? 1.0 : 0.0));
      }
      INFO(c.spec);
      // Leaving at x of three digits costs less than 1e-6; the hopper's own weight 4e-5 at most.
      check_mean(gain, c.gain, 5e-5);
    }
  }
}

TEST_CASE("hopping SCORE pays less than PROP; the fair schemes pay a hopper nothing extra") {
  SUBCASE("SCORE with C of one expected round") {
    Rng rng = test_rng(47);
    const double p = 1e-3;
    Drive score("score:1000", 2, 1.0 / p);
    Moments gain;
    std::vector<CreditedShare> shares;
    for (int round = 0; round < 12'000; ++round) {
      const std::int64_t length = round_length(rng, p);
      shares.clear();
      for (std::int64_t k = 0; k < length; ++k) {
        shares.push_back(
            {score.now + Time::seconds(static_cast<double>(k + 1)), k < 380 ? 0U : 1U, 1.0});
      }
      score.shares(shares);
      gain.add(in_blocks(score.block(1)[0]) -
               p * static_cast<double>(std::min<std::int64_t>(length, 380)));
    }
    check_mean(gain, 0.216184, 2.0 * p);  // the formula is of a fluid pool
  }
  SUBCASE("PPLNS, TIDES, GEO, DGM") {
    struct Case {
      const char* spec;
      double kept;
    };
    for (const Case& c : {Case{"pplns:2", 0.0}, Case{"tides", 0.0}, Case{"geo:0.3", 0.3},
                          Case{"dgm:0.2:o=0.5", 0.2}}) {
      Rng rng = test_rng(48);
      const double p = 1.0 / 100.0;
      Moments gain;
      for (int run = 0; run < 1500; ++run) {
        Drive pool(c.spec, 2, 1.0 / p);
        add_shares(pool, 1, 800);  // a full window of others
        double hopped = 0.0;
        for (int round = 0; round < 30; ++round) {
          const std::int64_t length = round_length(rng, p);
          const std::int64_t early = std::min<std::int64_t>(length, 43);
          add_shares(pool, 0, early);
          add_shares(pool, 1, length - early);
          hopped += static_cast<double>(early);
          pool.block(1);
        }
        for (int shares = 0; shares < 1600;) {  // what the hopper's shares still earn
          const std::int64_t length = round_length(rng, p);
          add_shares(pool, 1, length);
          shares += static_cast<int>(length);
          pool.block(1);
        }
        gain.add(pool.earned(0) / kBlockReward - (1.0 - c.kept) * p * hopped);
      }
      INFO(c.spec);
      check_mean(gain, 0.0);
    }
  }
}

TEST_CASE("C32: PPS+ adds the covariance of its two parts") {
  // a = .1, D = 100, N = 200, S = 3.125, fees of mean .3 and CV 1.5, 20,000 shares: 2.72096;
  // 2.38346 without the covariance.
  Rng rng = test_rng(49);
  VarianceSamples pay;
  std::vector<CreditedShare> shares;
  for (int run = 0; run < 1000; ++run) {
    Drive pool("pps+:0:window=2", 2, 100.0);
    pool.network(100.0, Satoshi(312'500'000));
    const auto add = [&](std::int64_t count) {
      shares.clear();
      for (std::int64_t k = 0; k < count; ++k) {
        shares.push_back({Time(), uniform(rng) < 0.1 ? 0U : 1U, 1.0});
      }
      pool.shares(shares);
    };
    add(200);
    const double before = pool.earned(0);
    for (std::int64_t left = 20'000;;) {
      const std::int64_t next = round_length(rng, 0.01);
      add(std::min(left, next));
      left -= next;
      if (left < 0) break;
      pool.block(1, Satoshi(std::llround(1e8 * log_normal(rng, 0.3, 1.5))));
    }
    pay.add((pool.earned(0) - before) * 1e-8);
  }
  pay.check(2.72096);
}

TEST_CASE("C32: the daily variance of an FPPS operator") {
  Rng rng = test_rng(50);
  Drive fpps("fpps:0.02", 1, 1000.0);
  fpps.network(1000.0, Satoshi(312'500'000));
  VarianceSamples daily;
  for (int day = 0; day < 20'000; ++day) {
    const Satoshi before = fpps.book.reserve();
    fpps.share(0, 14'400.0);
    double fees = 0.0;
    for (int block = 0; block < 144; ++block) {
      const double f = log_normal(rng, 0.3, 1.5);
      fees += f;
      if (uniform(rng) < 0.1) fpps.block(0, Satoshi(std::llround(1e8 * f)));
    }
    fpps.scheme->on_day(Satoshi(std::llround(1e8 * fees / 144.0)), fpps.book);
    daily.add((fpps.book.reserve() - before).btc());
  }
  check_mean(daily.moments(), 0.02 * 14.4 * 3.425);
  daily.check(154.653);
}

TEST_CASE("ETA-T pays by estimated hash rate, ETA-R by the round; eta = 1 pays work alike") {
  // Miners of 100 : 10 : 1, counts large enough for the fluid limit.
  for (const char* spec : {"eta-t:0.9:tau_h=1", "eta-r:0.9"}) {
    Drive pool(spec, 3, 1e6, Fidelity::kFlow);
    pool.counts({1'000'000, 100'000, 10'000}, {1.0, 1.0, 1.0}, Time::hours(5.0));
    const auto parts = pool.block(0);
    CHECK(in_blocks(parts[0]) == doctest::Approx(0.875855).epsilon(1e-6));
    CHECK(in_blocks(parts[1]) == doctest::Approx(0.110264).epsilon(1e-6));
  }
  Drive recent("eta-t:1:tau_h=1", 2, 1e6);
  recent.share(0, 1000.0);
  recent.now = Time::hours(2.0);
  recent.share(1, 1000.0);
  const double old = std::exp(-2.0);
  CHECK(in_blocks(recent.block(1)[0]) == doctest::Approx(old / (1.0 + old)));
}

TEST_CASE("ETA-PPS costs the operator what PPS does and pays by hash rate^eta") {
  for (const Fidelity fidelity : {Fidelity::kShare, Fidelity::kFlow}) {
    Drive eta("eta-pps:0.8:tau_h=10", 2, 1e6, fidelity);
    Drive pps("pps", 2, 1e6, fidelity);
    const auto hour = [&](bool measured) {
      std::vector<double> before = {eta.earned(0), eta.earned(1), pps.earned(0)};
      const std::vector<std::int32_t> counts = {900, 100};
      std::vector<CreditedShare> shares;
      for (int k = 0; k < 1000; ++k) {
        shares.push_back({eta.now + Time::seconds(3.6 * k), k % 10 == 0 ? 1U : 0U, 1.0});
      }
      const Time end = eta.now + Time::hours(1.0);
      for (Drive* pool : {&eta, &pps}) {
        if (fidelity == Fidelity::kShare) {
          pool->shares(shares);
          pool->now = end;
        } else {
          pool->counts(counts, {1.0, 1.0}, end);
        }
      }
      if (!measured) return;
      const double large = eta.earned(0) - before[0];
      const double small = eta.earned(1) - before[1];
      // At 100 shares an hour of regular shares the estimate's ripple is below 1e-3.
      CHECK(large / small == doctest::Approx(std::pow(9.0, 0.8)).epsilon(2e-3));
      CHECK(large + small == doctest::Approx((pps.earned(0) - before[2]) / 0.9).epsilon(1e-3));
    };
    for (int k = 0; k < 200; ++k) hour(false);
    for (int k = 0; k < 5; ++k) hour(true);
  }
}

TEST_CASE("PPS+ pays the subsidy at once and fees by the window, its orphan costs the operator") {
  Drive pool("pps+:0:window=1", 2, 10.0);
  for (int k = 0; k < 8; ++k) pool.share(0);
  pool.share(1);
  pool.share(1);
  CHECK(pool.book.earned()[0] == Satoshi(kBlockReward * 8 / 10));
  CHECK(pool.block(1, Satoshi(1000))[1] == Satoshi(200));
  CHECK(pool.book.reserve() == Satoshi(0));
  pool.orphan();
  CHECK(pool.book.earned()[1] == Satoshi(kBlockReward * 2 / 10));
  CHECK(pool.book.reserve() == Satoshi(-kBlockReward));
}

TEST_CASE("TIDES is PPLNS of eight difficulties, whatever window is given") {
  SchemeConfig config = Drive::free_of_fee("tides");
  config.window = 1.0;
  Drive tides(config, 2, 10.0);
  Drive pplns("pplns:8", 2, 10.0);
  for (Drive* pool : {&tides, &pplns}) {
    for (int k = 0; k < 200; ++k) pool->share(k < 150 ? 0 : 1);
  }
  CHECK(tides.block(1) == pplns.block(1));
}
