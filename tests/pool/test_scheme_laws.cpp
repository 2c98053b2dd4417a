// Closed forms of economics.md 2.6 by Monte Carlo, with bounds of four standard errors. Pays are in
// block rewards.
#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

TEST_CASE("C02: PPS pays mu with variance mu (d / D), less the fee") {
  Rng rng = test_rng(20);
  VarianceSamples pay;
  for (int run = 0; run < 20'000; ++run) {
    Drive pps("pps:0.02", 1, 1000.0);
    pps.subsidy = Satoshi(312'500'000);
    pps.network(1000.0, pps.subsidy);
    pps.counts({static_cast<std::int32_t>(poisson(rng, 3700.0))}, {1.0});
    pay.add(pps.earned(0) * 1e-8);
  }
  check_mean(pay.moments(), 11.33125);
  pay.check(0.034702);
}

TEST_CASE("C03, C04: a PROP round and its long-run variance") {
  Rng rng = test_rng(21);
  const double p = 1e-3;
  const double a = 0.1;
  Drive prop("prop", 2, 1.0 / p);
  VarianceSamples round;
  VarianceSamples
      renewal;  // round pay less the mean pay of its length: the renewal-reward variance
  for (int k = 0; k < 300'000; ++k) {
    const std::int64_t length = round_length(rng, p);
    const auto mine = static_cast<std::int32_t>(binomial(rng, length, a));
    prop.counts({mine, static_cast<std::int32_t>(length) - mine}, {1.0, 1.0});
    const double pay = in_blocks(prop.block(1)[0]);
    round.add(pay);
    renewal.add(pay - a * p * static_cast<double>(length));
  }
  check_mean(round.moments(), 0.1);
  round.check(6.2232e-4);
  renewal.check(0.0106123);
}

TEST_CASE("C05: the overlap of PPLNS windows adds to the variance") {
  // Window full at the start; noise is the pay less a per block, total is the pay. Exact: with K_s
  // blocks seen by share s, noise = a (1 - a) / N^2 sum_s E[K_s^2]; total adds a^2 M p (1 - p).
  struct Case {
    const char* spec;
    double noise;
    double total;
  };
  for (const Case& c : {Case{"pplns:0.5", 0.14199, 0.63949}, Case{"pplns:2", 0.07097, 0.56847},
                        Case{"pplns:8", 0.05277, 0.55027}}) {
    Rng rng = test_rng(22);
    VarianceSamples noise;
    VarianceSamples total;
    std::vector<CreditedShare> shares;
    for (int run = 0; run < 300; ++run) {
      Drive pplns(c.spec, 2, 200.0);
      const auto add = [&](std::int64_t count) {
        shares.clear();
        for (std::int64_t k = 0; k < count; ++k) {
          shares.push_back({Time(), uniform(rng) < 0.05 ? 0U : 1U, 1.0});
        }
        pplns.shares(shares);
      };
      add(1600);
      int blocks = 0;
      for (std::int64_t left = 40'000;;) {
        const std::int64_t next = round_length(rng, 1.0 / 200.0);
        add(std::min(left, next));
        left -= next;
        if (left < 0) break;
        pplns.block(1);
        ++blocks;
      }
      const double pay = pplns.earned(0) / kBlockReward;
      noise.add(pay - 0.05 * blocks);
      total.add(pay);
    }
    INFO(c.spec);
    noise.check(c.noise);
    total.check(c.total);
  }
}

TEST_CASE("C06: joining TIDES defers four of the newcomer's expected blocks") {
  // Over the first N shares of its time every block pays the newcomer by what is in the window:
  // the deficit against a per block is a p (N - 1) / 2 = a 3.9975.
  Rng rng = test_rng(23);
  const double a = 0.2;
  Moments deficit;
  std::vector<CreditedShare> shares(1600, CreditedShare{Time(), 1, 1.0});
  for (int run = 0; run < 3000; ++run) {
    Drive tides("pplns:8", 2, 200.0);
    shares.assign(1600, CreditedShare{Time(), 1, 1.0});
    tides.shares(shares);
    double blocks = 0.0;
    for (std::int64_t left = 1600;;) {
      const std::int64_t next = round_length(rng, 1.0 / 200.0);
      shares.clear();
      for (std::int64_t k = 0; k < std::min(left, next); ++k) {
        shares.push_back({Time(), uniform(rng) < a ? 0U : 1U, 1.0});
      }
      tides.shares(shares);
      left -= next;
      if (left < 0) break;
      tides.block(1);
      blocks += 1.0;
    }
    deficit.add(blocks - tides.earned(0) / kBlockReward / a);
  }
  check_mean(deficit, 8.0 * (1.0 - 1.0 / 1600.0) / 2.0);
}

TEST_CASE("C10: PPS ruin is noted at the moment the reserve runs out") {
  struct Case {
    double reserve_blocks;
    double fee;
    double horizon_blocks;
    int paths;
    double ruin;
  };
  for (const Case& c : {Case{10, 0.02, 144, 20'000, 0.318175}, Case{10, 0.02, 1000, 3000, 0.585604},
                        Case{50, 0.03, 4320, 1500, 0.044427}}) {
    Rng rng = test_rng(24);
    SchemeConfig config = parse_scheme("pps");
    config.fee = c.fee;
    PayoutConfig payout;
    payout.reserve_btc = c.reserve_blocks * kBlockReward / kSatoshiPerBtc;
    Moments ruin;
    for (int path = 0; path < c.paths; ++path) {
      Drive pps(config, 1, 1.0, Fidelity::kShare, payout);
      double left = c.horizon_blocks;
      while (left > 0.0 && !pps.book.ruined()) {
        const double wait = exponential(rng);
        const Satoshi before = pps.book.reserve();
        pps.share(0, std::min(wait, left));
        pps.book.watch_ruin(pps.now, pps.now, before);
        if (wait < left) pps.block();
        left -= wait;
      }
      ruin.add(pps.book.ruined() ? 1.0 : 0.0);
    }
    check_mean(ruin, c.ruin);
  }
}

TEST_CASE("C15: eta of small counts is not the fluid formula") {
  // One miner of 200 shares a window against 90 of 20, eta = .5: .034131, where work replaced by
  // its mean gives .033944.
  Rng rng = test_rng(25);
  Drive eta("eta:0.5:window=1", 91, 2000.0);
  std::vector<CreditedShare> shares;
  Moments pay;
  for (int block = 0; block < 10'000; ++block) {
    shares.clear();
    for (int k = 0; k < 2000; ++k) {
      const double u = uniform(rng);
      shares.push_back(
          {Time(), u < 0.1 ? 0U : static_cast<std::uint32_t>(1.0 + 100.0 * (u - 0.1)), 1.0});
    }
    eta.shares(shares);
    pay.add(in_blocks(eta.block(1)[0]));
  }
  check_mean(pay, 0.034131, 3e-6);  // the second-order formula, its error beside the shares'
  CHECK(std::abs(pay.mean() - 0.033944) > 10.0 * pay.standard_error());
}

TEST_CASE("C16: under eta < 1 the share difficulty changes pay") {
  // Poisson shares of mean 20 (d = 1) and mean 2 (d = 10) beside a weight of 200; eta = .7.
  Rng rng = test_rng(26);
  const SchemeConfig config = Drive::free_of_fee("eta:0.7:window=100");
  std::array<Moments, 2> pay;
  for (int sample = 0; sample < 60'000; ++sample) {
    Drive eta(config, 3, 1000.0);
    const std::array<std::int64_t, 2> counts = {poisson(rng, 20.0), poisson(rng, 2.0)};
    for (std::uint32_t i = 0; i < 2; ++i) {
      for (std::int64_t k = 0; k < counts[i]; ++k) eta.share(i, i == 0 ? 1.0 : 10.0);
    }
    eta.share(2, std::pow(200.0, 1.0 / 0.7));
    const auto parts = eta.block(2);
    for (std::size_t i = 0; i < 2; ++i) pay[i].add(in_blocks(parts[i]));
  }
  check_mean(pay[0], 0.0375319);
  check_mean(pay[1], 0.0346963);
}

TEST_CASE(
    "C28: credit by a difficulty chosen afterwards inflates pay, credit by the job does not") {
  Rng rng = test_rng(27);
  for (const double ratio : {4.0, 16.0}) {
    Drive pps("pps", 3, 1e6);
    Moments two_levels, any_level;
    for (int k = 0; k < 200'000; ++k) {
      const double achieved = 1.0 / (1.0 - uniform(rng));  // of a share of difficulty 1
      two_levels.add(achieved >= ratio ? ratio : 1.0);
      any_level.add(std::min(achieved, ratio));
      pps.share(0, 1.0);
      pps.share(1, achieved >= ratio ? ratio : 1.0);
      pps.share(2, std::min(achieved, ratio));
    }
    check_mean(two_levels, 2.0 - 1.0 / ratio);
    check_mean(any_level, 1.0 + std::log(ratio));
    CHECK(pps.earned(0) == doctest::Approx(200'000.0 * kBlockReward * 1e-6));
    CHECK(pps.earned(1) / pps.earned(0) == doctest::Approx(two_levels.mean()));
    CHECK(pps.earned(2) / pps.earned(0) == doctest::Approx(any_level.mean()));
  }
}
