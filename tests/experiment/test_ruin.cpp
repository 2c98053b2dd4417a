#include <cmath>
#include <initializer_list>
#include <limits>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/random.hpp"
#include "sim/experiment/reserve_need.hpp"
#include "sim/experiment/ruin.hpp"

using namespace aicmp;

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

bool equal_to(double value, double printed, double last_digit) {
  return std::abs(value - printed) <= 0.5000001 * last_digit;
}

}  // namespace

TEST_CASE("ruin within a horizon has the published digits") {
  // economics.md C10
  CHECK(equal_to(ruin_probability({10, 0.02}, 144), 0.318175, 1e-6));
  CHECK(equal_to(ruin_probability({10, 0.02}, 1000), 0.585604, 1e-6));
  CHECK(equal_to(ruin_probability({25, 0.02}, 4320), 0.343621, 1e-6));
  CHECK(equal_to(ruin_probability({50, 0.03}, 4320), 0.044427, 1e-6));
}

TEST_CASE("reserves for one per cent of ruin have the published digits") {
  // economics.md C11
  CHECK(equal_to(reserve_for_ruin(0.01, 0.01), 228.72, 0.01));
  CHECK(equal_to(reserve_for_ruin(0.01, 0.02), 113.59, 0.01));
  CHECK(equal_to(reserve_for_ruin(0.01, 0.03), 75.21, 0.01));
  CHECK(equal_to(reserve_for_ruin(0.01, 0.05), 44.50, 0.01));
  CHECK(std::isinf(reserve_for_ruin(0.01, 0.0)));
}

TEST_CASE("the reserve that a scheme needs") {
  constexpr double kSubsidy = 3.125;
  Moments steady;
  steady.add(0.3);
  const auto need = [&](const char* spec, const Moments& fees, double orphans = 0.0) {
    const SchemeConfig scheme = parse_scheme(spec);
    return reserve_need_btc({scheme, scheme.fee, kSubsidy, fees, orphans}, 0.01);
  };
  CHECK(need("fpps:0.02", steady) == doctest::Approx(113.59 * 3.425).epsilon(1e-4));
  CHECK(need("fpps:0.02", steady, 0.005) ==
        doctest::Approx(std::log(100.0) / 0.03046 * 3.425).epsilon(1e-3));
  CHECK(std::isinf(need("fpps:0.02", steady, 0.02)));
  // The operator keeps all fees under PPS, and the part f of them under PPS+.
  CHECK(need("pps:0.02", steady) ==
        doctest::Approx(reserve_for_ruin(0.01, 1 - 0.98 * kSubsidy / 3.425) * 3.425));
  CHECK(need("pps+:0.02", steady) ==
        doctest::Approx(reserve_for_ruin(0.01, 1 - 0.98 * kSubsidy / 3.131) * 3.131));
  for (const char* waits : {"pplns", "prop", "geo", "dgm", "eta", "weight:w"}) {
    CHECK(need(waits, steady) == 0.0);
  }

  // Two fees, as likely: e^(-g R) with E[1 - e^(-g Y)] = (1 - f) E[Y] g (economics.md 2.2).
  Moments two;
  for (int i = 0; i < 1000; ++i) two.add(i % 2 == 0 ? 0.1 : 2.1);
  const double paid = 0.98 * (kSubsidy + 1.1);
  double low = 1e-3;
  double high = 1.0;
  while (high - low > 1e-12) {
    const double g = 0.5 * (low + high);
    const double gain = 1 - 0.5 * (std::exp(-g * 3.225) + std::exp(-g * 5.225)) - paid * g;
    (gain > 0.0 ? low : high) = g;
  }
  CHECK(need("fpps:0.02", two) == doctest::Approx(std::log(100.0) / low).epsilon(2e-3));
}

TEST_CASE("the chance that a scheme ruins its operator within a run") {
  constexpr double kSubsidy = 3.125;
  Moments none;
  none.add(0.0);
  const auto chance = [&](const char* spec, const Moments& fees, double reserve_btc,
                          double blocks) {
    const SchemeConfig scheme = parse_scheme(spec);
    return ruin_chance({scheme, scheme.fee, kSubsidy, fees, 0.0}, reserve_btc, blocks);
  };
  // economics.md C10
  CHECK(chance("pps:0.02", none, 10 * kSubsidy, 144) == doctest::Approx(0.318175).epsilon(1e-5));
  CHECK(chance("fpps:0.03", none, 50 * kSubsidy, 4320) == doctest::Approx(0.044427).epsilon(1e-4));
  CHECK(chance("pplns", none, 0.0, 144) == 0.0);

  // Two fees, as likely, beside many paths.
  Moments two;
  for (int i = 0; i < 1000; ++i) two.add(i % 2 == 0 ? 0.1 : 6.1);
  constexpr double kReserve = 40.0;
  constexpr double kBlocks = 300.0;
  const double paid = 0.98 * (kSubsidy + 3.1);
  Moments ruined;
  Rng rng({1, 0, 0}, StreamId::kTest);
  for (int path = 0; path < 40'000; ++path) {
    double time = 0.0;
    double money = kReserve;
    while (money >= 0.0) {
      const double wait = exponential(rng);
      const double left = std::min(wait, kBlocks - time);
      money -= paid * left;
      time += wait;
      if (time >= kBlocks) break;
      if (money >= 0.0) money += kSubsidy + (uniform(rng) < 0.5 ? 0.1 : 6.1);
    }
    ruined.add(money < 0.0 ? 1.0 : 0.0);
  }
  CHECK(chance("fpps:0.02", two, kReserve, kBlocks) ==
        doctest::Approx(ruined.mean()).epsilon(0.015));
}

TEST_CASE("orphans eat the fee") {
  // economics.md C12
  const double left = fee_after_orphans(0.02, 0.005);
  CHECK(equal_to(left, 0.0150754, 1e-7));
  CHECK(equal_to(ruin_exponent(0.02), 0.04054, 1e-5));
  CHECK(equal_to(ruin_exponent(left), 0.03046, 1e-5));
  CHECK(equal_to(ruin_probability({50, 0.02}), 0.13171, 1e-5));
  CHECK(equal_to(ruin_probability({50, left}), 0.21808, 1e-5));
  CHECK(fee_after_orphans(0.02, 0.02) == doctest::Approx(0.0));
  CHECK(ruin_probability({50, fee_after_orphans(0.02, 0.03)}) == 1.0);
}

TEST_CASE("the exponent solves its equation and starts as 2 f + 4 f^2 / 3") {
  for (const double fee : {1e-6, 1e-3, 0.02, 0.3, 0.9}) {
    CAPTURE(fee);
    const double y = ruin_exponent(fee);
    CHECK(-std::expm1(-y) == doctest::Approx((1.0 - fee) * y).epsilon(1e-12));
    if (fee < 0.01) CHECK(y == doctest::Approx(2 * fee + 4 * fee * fee / 3).epsilon(1e-6));
  }
}

TEST_CASE("ruin within ever longer horizons becomes ruin ever") {
  const PpsOperator pps{5, 0.1};
  double before = 0.0;
  for (const double blocks : {10.0, 100.0, 1000.0, 10000.0}) {
    const double within = ruin_probability(pps, blocks);
    CHECK(within >= before);
    before = within;
  }
  CHECK(before == doctest::Approx(ruin_probability(pps)).epsilon(1e-9));
  CHECK(ruin_probability({5, 0.1}, 5.5) == 0.0);  // steady pay alone takes 5.56 blocks
  CHECK(ruin_probability({0, 0.1}, 1.0) == 1.0);
  CHECK(ruin_probability({5, -0.1}, 1e4) == doctest::Approx(1.0).epsilon(1e-6));
}

TEST_CASE("importance sampling agrees with the exact chance, however rare") {
  struct Case {
    PpsOperator pps;
    double blocks;
  };
  for (const Case& c : {Case{{10, 0.02}, 144}, Case{{10, 0.02}, 1000}, Case{{25, 0.02}, 4320},
                        Case{{50, 0.03}, 4320}, Case{{100, 0.02}, 300}, Case{{200, 0.05}, 8000},
                        Case{{20, 0.0}, 500}, Case{{20, -0.02}, 300}, Case{{9, 0.1}, 10.5}}) {
    CAPTURE(c.pps.reserve_blocks);
    CAPTURE(c.blocks);
    const double exact = ruin_probability(c.pps, c.blocks);
    const Moments weights = sample_ruin(c.pps, c.blocks, 4000, 7);
    CHECK(std::abs(weights.mean() - exact) < 4.0 * weights.standard_error());
    CHECK(weights.standard_error() < 0.1 * exact);
  }
}

TEST_CASE("for ever, every sampled path is ruined with the same weight") {
  const PpsOperator pps{40, 0.04};
  const Moments weights = sample_ruin(pps, kForEver, 50, 7);
  CHECK(weights.mean() == doctest::Approx(ruin_probability(pps)).epsilon(1e-9));
  CHECK(weights.standard_deviation() < 1e-9 * weights.mean());
}

TEST_CASE("sampling is the same for the same seed alone") {
  const PpsOperator pps{10, 0.02};
  CHECK(sample_ruin(pps, 144, 500, 3).mean() == sample_ruin(pps, 144, 500, 3).mean());
  CHECK(sample_ruin(pps, 144, 500, 3).mean() != sample_ruin(pps, 144, 500, 4).mean());
}

TEST_CASE("plain simulation needs ten thousand runs for ten per cent at one in a hundred") {
  CHECK(naive_runs(0.01, 0.1) == doctest::Approx(9900.0));
}
