// Definitions and edge cases of economics.md 1.1 and 1.3, by direct calls.
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"
#include "sim/base/error.hpp"
#include "sim/pool/schemes/split_block.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

std::vector<Satoshi> eta_split(double eta, const std::vector<double>& work) {
  SchemeConfig config;
  config.kind = SchemeKind::kEtaWindow;
  config.fee = 0.0;
  config.eta = eta;
  config.window = 1e4;
  const double total = std::accumulate(work.begin(), work.end(), 0.0);
  Drive pool(config, work.size(), std::max(1.0, total));
  for (std::uint32_t i = 0; i < work.size(); ++i) {
    if (work[i] > 0.0) pool.share(i, work[i]);
  }
  return pool.block();
}

Satoshi sum(const std::vector<Satoshi>& parts) {
  Satoshi total;
  for (const Satoshi part : parts) total += part;
  return total;
}

double fraction(Satoshi part) {
  return static_cast<double>(part.value()) / kBlockReward;
}

}  // namespace

TEST_CASE("C13: eta = 0.9 splits 100:10:1 as .875855, .110264, .013881") {
  const auto parts = eta_split(0.9, {100, 10, 1});
  CHECK(fraction(parts[0]) == doctest::Approx(0.875855).epsilon(1e-6));
  CHECK(fraction(parts[1]) == doctest::Approx(0.110264).epsilon(1e-6));
  CHECK(fraction(parts[2]) == doctest::Approx(0.013881).epsilon(1e-4));
  CHECK(sum(parts) == Satoshi(kBlockReward));
}

TEST_CASE("C14: k identities gain k^(1-eta) (x + O) / (k^(1-eta) x + O)") {
  const auto gain = [](double own, double other, int others, double eta, int k) {
    std::vector<double> alone(static_cast<std::size_t>(others) + 1, other);
    alone[0] = own;
    std::vector<double> split(static_cast<std::size_t>(others + k), other);
    for (int i = 0; i < k; ++i) split[static_cast<std::size_t>(i)] = own / k;
    const auto whole = eta_split(eta, alone);
    const auto pieces = eta_split(eta, split);
    double own_pieces = 0.0;
    for (int i = 0; i < k; ++i) own_pieces += fraction(pieces[static_cast<std::size_t>(i)]);
    return own_pieces / fraction(whole[0]);
  };
  CHECK(gain(0.1, 0.01, 90, 0.5, 4) == doctest::Approx(1.934341).epsilon(2e-6));
  CHECK(gain(0.1, 0.01, 90, 0.9, 10) == doctest::Approx(1.233033).epsilon(2e-6));
  CHECK(gain(0.3, 0.1, 7, 0.7, 5) == doctest::Approx(1.413896).epsilon(2e-6));
}

TEST_CASE("ETA edge cases") {
  SUBCASE("no work earns nothing, at eta = 0 too; eta = 0 pays each identity alike") {
    const auto parts = eta_split(0.0, {5, 0, 1, 1e9});
    CHECK(parts[1] == Satoshi(0));
    CHECK(parts[0].value() == kBlockReward / 3 + 1);  // the odd satoshi goes to the lowest index
    CHECK(parts[2].value() == kBlockReward / 3);
    CHECK(parts[3].value() == kBlockReward / 3);
  }
  SUBCASE("one miner takes all") {
    CHECK(eta_split(0.3, {7})[0] == Satoshi(kBlockReward));
    CHECK(eta_split(0.3, {0, 7})[1] == Satoshi(kBlockReward));
  }
  SUBCASE("equal work is paid alike for every eta") {
    for (const double eta : {0.0, 0.3, 0.99, 1.0}) {
      const auto parts = eta_split(eta, {3.7, 3.7, 3.7, 3.7, 3.7});
      for (const Satoshi part : parts) CHECK(part == Satoshi(kBlockReward / 5));
    }
  }
  SUBCASE("work of 1e300 does not overflow") {
    for (const double eta : {0.0, 0.5, 0.999, 1.0}) {
      std::vector<double> weights;
      power_weights(std::vector<double>{1e300, 1e300, 1e-300, 0.0}, eta, weights);
      for (const double w : weights) CHECK(std::isfinite(w));
      CHECK(weights[0] == 1.0);
      CHECK(weights[3] == 0.0);
    }
    CHECK(eta_split(0.9, {1e300, 1e300})[1] == Satoshi(kBlockReward / 2));
    CHECK(eta_split(1.0, {1e300, 3e300})[1] == Satoshi(kBlockReward * 3 / 4));
  }
}

TEST_CASE("ETA properties over random work") {
  Rng rng = test_rng(10);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 2 + rng() % 40;
    const double eta = uniform(rng);
    std::vector<double> work(n);
    for (double& w : work) w = std::exp(2.0 * normal(rng));
    std::vector<double> weights;
    power_weights(work, eta, weights);
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);

    std::vector<double> scaled(work), scaled_weights;
    for (double& w : scaled) w *= 1234.5;
    power_weights(scaled, eta, scaled_weights);
    for (std::size_t i = 0; i < n; ++i) {
      REQUIRE(scaled_weights[i] == doctest::Approx(weights[i]).epsilon(1e-12));
      for (std::size_t j = 0; j < n; ++j) {
        if (work[i] <= work[j]) continue;
        REQUIRE(weights[i] >= weights[j]);                      // monotone in size
        REQUIRE(weights[i] / work[i] <= weights[j] / work[j]);  // pay per hash falls with size
      }
    }
    const std::size_t mine = rng() % n;
    std::vector<double> more(work), more_weights;
    more[mine] *= 1.0 + uniform(rng);
    power_weights(more, eta, more_weights);
    const double more_total = std::accumulate(more_weights.begin(), more_weights.end(), 0.0);
    REQUIRE(more_weights[mine] / more_total >= weights[mine] / total * (1.0 - 1e-12));

    // Payouts do not depend on the order of miners.
    std::vector<double> reversed(work.rbegin(), work.rend());
    auto parts = eta_split(eta, work);
    const auto reversed_parts = eta_split(eta, reversed);
    std::reverse(parts.begin(), parts.end());
    REQUIRE(parts == reversed_parts);
    REQUIRE(sum(parts) == Satoshi(kBlockReward));
  }
}

TEST_CASE("eta = 1 is PPLNS to the satoshi, in both fidelities") {
  for (const Fidelity fidelity : {Fidelity::kShare, Fidelity::kFlow}) {
    Drive eta("eta:1:window=2:fee=0.013", 20, 500.0, fidelity);
    Drive pplns("pplns:2:fee=0.013", 20, 500.0, fidelity);
    Rng rng = test_rng(11);
    std::vector<double> difficulty(20);
    for (double& d : difficulty) d = 0.1 + uniform(rng);
    for (int block = 0; block < 50; ++block) {
      std::vector<std::int32_t> counts(20, 0);
      std::vector<CreditedShare> shares;
      for (int k = 0; k < 700; ++k) {
        const auto i = static_cast<std::uint32_t>(20.0 * uniform(rng) * uniform(rng));
        ++counts[i];
        shares.push_back({Time(), i, difficulty[i]});
      }
      for (Drive* pool : {&eta, &pplns}) {
        if (fidelity == Fidelity::kFlow) {
          pool->counts(counts, difficulty);
        } else {
          pool->shares(shares);
        }
        pool->share(3, difficulty[3]);
      }
      REQUIRE(eta.block(3, Satoshi(1'234'567)) == pplns.block(3, Satoshi(1'234'567)));
    }
    CHECK(eta.book.reserve() == pplns.book.reserve());
    CHECK(eta.book.reserve() > Satoshi(0));
  }
}

TEST_CASE("the fee is floor(fee * reward) of the decimal fee, and what is left is split whole") {
  const auto kept = [](std::int64_t reward, double fee) {
    SchemeTerms terms;
    terms.fee = fee;
    return fee_of(Satoshi(reward), terms);
  };
  CHECK(kept(100, 0.29) == Satoshi(29));
  CHECK(kept(312'500'000, 0.015) == Satoshi(4'687'500));
  CHECK(kept(99, 0.01) == Satoshi(0));
  CHECK(kept(5'000'000'000, 0.0) == Satoshi(0));
  for (const char* spec : {"prop:0.025", "pplns:fee=0.025", "eta:0.7:fee=0.025"}) {
    Drive pool(parse_scheme(spec), 3, 100.0);
    pool.share(0, 1.0);
    pool.share(1, 1.0);
    pool.share(2, 1.0);
    CHECK(sum(pool.block(2, Satoshi(77))) == Satoshi(kBlockReward + 77 - 25'000'001));
    CHECK(pool.book.reserve() == Satoshi(25'000'001));
  }
}

TEST_CASE(
    "a floor of the fee is kept of every block that is worth it, the part where that is more") {
  const SchemeTerms terms{.fee = 0.1, .fee_floor = Satoshi(100)};
  CHECK(fee_of(Satoshi(5'000), terms) == Satoshi(500));
  CHECK(fee_of(Satoshi(700), terms) == Satoshi(100));
  CHECK(fee_of(Satoshi(60), terms) == Satoshi(60));
  for (const char* spec : {"solo", "prop", "pplns", "tides", "slice", "score", "eta:0.7",
                           "eta:0.7:eta_on=subsidy", "eta-r:0.7", "eta-t:0.7", "weight:w"}) {
    INFO(spec);
    const auto kept = [&](const char* terms_of_it) {
      Drive pool(Drive::free_of_fee(std::string(spec) + terms_of_it), 2, 100.0);
      pool.share(0, 3.0);
      pool.share(1, 1.0);
      pool.block(1, Satoshi(77));
      return pool.book.reserve();
    };
    CHECK(kept(":fee_floor_btc=0.25") == Satoshi(25'000'000));
    CHECK(kept(":fee_floor_btc=0.25:fee=0.1") == Satoshi(100'000'007));
    CHECK(kept(":fee_floor_btc=11") == Satoshi(kBlockReward + 77));
  }
}

TEST_CASE("eta on the subsidy alone splits transaction fees by work") {
  constexpr Satoshi kFees(400'000'000);
  for (const char* kind : {"eta:0.5", "eta-r:0.5", "eta-t:0.5"}) {
    Drive pool(Drive::free_of_fee(std::string(kind) + ":eta_on=subsidy"), 2, 100.0);
    pool.share(0, 9.0);
    pool.share(1, 1.0);
    const std::vector<Satoshi> parts = pool.block(1, kFees);
    CHECK(parts[0] == Satoshi(kBlockReward * 3 / 4 + kFees.value() * 9 / 10));
    CHECK(parts[1] == Satoshi(kBlockReward / 4 + kFees.value() / 10));
  }
}

TEST_CASE("PPS prices a share by the difficulty and subsidy of its time") {
  Drive pps("pps", 1, 1000.0);
  pps.share(0, 10.0);
  CHECK(pps.book.earned()[0] == Satoshi(kBlockReward / 100));
  pps.network(2000.0, Satoshi(kBlockReward / 2));
  pps.share(0, 10.0);
  CHECK(pps.book.earned()[0] == Satoshi(kBlockReward / 100 + kBlockReward / 400));
  pps.block();
  CHECK(pps.book.earned()[0] == Satoshi(kBlockReward / 100 + kBlockReward / 400));
  pps.orphan();  // shares stay paid, the operator loses the block
  CHECK(pps.book.earned()[0] == Satoshi(kBlockReward / 100 + kBlockReward / 400));
  CHECK(pps.book.reserve() == Satoshi(-(kBlockReward / 100 + kBlockReward / 400)));
}

TEST_CASE("FPPS adds the day's mean fees at the end of the day, by expected blocks") {
  Drive fpps("fpps:0.5", 2, 1000.0);
  fpps.share(0, 10.0);
  fpps.network(2000.0);
  fpps.share(0, 10.0);
  fpps.share(1, 40.0);
  const Satoshi before = fpps.book.earned()[0];
  fpps.scheme->on_day(Satoshi(1'000'000), fpps.book);
  CHECK(fpps.book.earned()[0] - before == Satoshi(7'500));  // half of (.01 + .005) blocks' fees
  const Satoshi later = fpps.book.earned()[1];
  fpps.scheme->on_day(Satoshi(1'000'000), fpps.book);
  CHECK(fpps.book.earned()[1] == later);
}

TEST_CASE("an orphaned PROP round is merged back into the next, never dropped") {
  Drive prop("prop", 3, 1000.0);
  prop.share(0, 1.0);
  prop.share(1, 3.0);
  prop.block(1);
  prop.share(2, 4.0);  // mined before the block was known to be lost
  prop.orphan();
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(prop.book.earned()[i] == Satoshi(0));
  CHECK(prop.book.income() == Satoshi(0));
  const auto parts = prop.block(2);
  CHECK(parts[0] == Satoshi(kBlockReward / 8));
  CHECK(parts[1] == Satoshi(kBlockReward * 3 / 8));
  CHECK(parts[2] == Satoshi(kBlockReward / 2));
  prop.share(0, 1.0);
  CHECK(prop.block(0)[0] == Satoshi(kBlockReward));
}

TEST_CASE("an orphaned PPLNS block is reversed, its shares stay in the log") {
  Drive pplns("pplns:1", 2, 4.0);
  for (int k = 0; k < 3; ++k) pplns.share(0);
  pplns.share(1);
  const auto first = pplns.block(1);
  pplns.orphan();
  CHECK(pplns.book.earned()[0] == Satoshi(0));
  CHECK(pplns.block(1) == first);
}

TEST_CASE("SLICE splits the subsidy by work and the fees evenly among slices") {
  Drive slice("slice:1:slice_delta_btc=0.5", 3, 12.0);
  const auto cut = [&](bool new_block, std::int64_t fees) {
    slice.scheme->on_template({slice.now, new_block, Satoshi(fees)});
  };
  slice.share(2, 50.0);  // before the window
  cut(true, 0);
  slice.share(0, 6.0);
  slice.share(1, 2.0);
  cut(false, 49'999'999);  // fees have not grown by delta
  slice.share(1, 1.0);
  cut(false, 50'000'000);  // now they have
  slice.share(0, 1.0);
  slice.share(2, 2.0);
  cut(true, 0);
  slice.share(2, 100.0);  // the open slice, with the block's share, is not paid yet
  const std::int64_t fees = 60'000'000;
  const auto parts = slice.block(2, Satoshi(fees));
  // Slices of 9 (6, 3, 0) and 3 (1, 0, 2) make the window of 12.
  const auto expected = [&](double work, double slices) {
    return Satoshi(
        std::llround(kBlockReward * work / 12.0 + static_cast<double>(fees) * slices / 2.0));
  };
  CHECK(parts[0] == expected(7.0, 6.0 / 9.0 + 1.0 / 3.0));
  CHECK(std::abs((parts[1] - expected(3.0, 3.0 / 9.0)).value()) <= 1);
  CHECK(std::abs((parts[2] - expected(2.0, 2.0 / 3.0)).value()) <= 1);
  CHECK(sum(parts) == Satoshi(kBlockReward + fees));

  Drive young("slice:1", 2, 12.0);  // nothing is closed yet: the open slice is paid
  young.share(0, 3.0);
  young.share(1, 1.0);
  CHECK(young.block(1, Satoshi(400))[1] == Satoshi(kBlockReward / 4 + 100));
}

TEST_CASE("a young window divides by the work present, or leaves the rest to the operator") {
  Drive normal("pplns:2", 2, 100.0);
  SchemeConfig carry = Drive::free_of_fee("pplns:2");
  carry.carry_unfilled = true;
  Drive carries(carry, 2, 100.0);
  for (Drive* pool : {&normal, &carries}) {
    pool->share(0, 30.0);
    pool->share(1, 20.0);
  }
  CHECK(normal.block(1)[0] == Satoshi(kBlockReward * 3 / 5));
  const auto parts = carries.block(1);
  CHECK(parts[0] == Satoshi(kBlockReward * 3 / 20));
  CHECK(parts[1] == Satoshi(kBlockReward * 2 / 20));
  CHECK(carries.book.reserve() == Satoshi(kBlockReward * 3 / 4));
}

TEST_CASE("a retarget re-cuts the window of work at once") {
  Drive pplns("pplns:1", 2, 10.0);
  for (int k = 0; k < 10; ++k) pplns.share(0);
  for (int k = 0; k < 5; ++k) pplns.share(1);
  pplns.network(5.0);
  CHECK(pplns.block(1)[0] == Satoshi(0));
  pplns.network(15.0);
  CHECK(pplns.block(1)[1] == Satoshi(kBlockReward / 3 + 0));
}

namespace {

/// All to the first miner with work since the last block.
class FirstTakesAll final : public RewardScheme {
 public:
  explicit FirstTakesAll(const SchemeConfig& config) : RewardScheme(first_terms(config)) {}
  void on_network(double, Satoshi) override {}
  void on_work(const WorkBatch& batch, Book&) override {
    batch.for_each(
        [&](std::uint32_t miner, std::int64_t, double) { first_ = std::min(first_, miner); });
  }
  void on_block(const PoolBlock& block, Book& book) override {
    std::vector<Satoshi> parts(3);
    parts[first_] = block.reward();
    book.distribute(block.id, block.height, std::move(parts));
    first_ = 2;
  }

 private:
  std::uint32_t first_ = 2;
};

}  // namespace

TEST_CASE("a program may bring a rule of its own") {
  SchemeConfig config = Drive::free_of_fee("pplns");
  config.name = "first takes all";
  config.make = [](const SchemeConfig& c, const SchemeContext& context) {
    CHECK(context.miners == 3);
    return std::make_unique<FirstTakesAll>(c);
  };
  Drive drive(config, 3, 1000.0);
  drive.share(1, 1.0);
  drive.share(2, 5.0);
  const auto parts = drive.block(2);
  CHECK(fraction(parts[1]) == 1.0);
  CHECK(fraction(parts[2]) == 0.0);
}

TEST_CASE("specs are read, refused and written back") {
  CHECK(parse_scheme("eta:0.8").eta == 0.8);
  CHECK(parse_scheme("pplns:2").window == 2.0);
  CHECK(parse_scheme("pps:fee=0.03").fee == 0.03);
  CHECK(parse_scheme("pps").name == "pps");
  CHECK(parse_scheme("dgm:0.3:o=0.7").o == 0.7);
  CHECK(parse_scheme("eta-t:0.9:tau_h=6").tau_h == 6.0);
  CHECK(parse_scheme("weight:min(w, 0.1*total)").weight == "min(w, 0.1*total)");
  CHECK(parse_scheme("eta:0.9:carry_unfilled=true:oldest_share=whole").carry_unfilled);
  CHECK(scheme_spec(parse_scheme("eta:0.8")) == "eta:0.8");
  CHECK(scheme_spec(parse_scheme("eta:window=2:0.8:fee=0.02")) == "eta:0.8:fee=0.02:window=2");
  CHECK(scheme_spec(parse_scheme("weight:w^0.9")) == "weight:w^0.9");
  for (const char* spec :
       {"solo:0.01", "pps:0.01", "fpps:0.01", "pps+:0.01:window=3", "prop:0.01",
        "pplns:2.5:oldest_share=whole", "tides:0.02", "slice:4:slice_delta_btc=0.01", "score:300",
        "geo:0.3", "dgm:0.1:o=0.9", "eta:0.99:recut_at_retarget=false", "eta-r:0.7",
        "eta-t:0.9:tau_h=1.5", "eta-pps:0.9:fee=0.04", "weight:w",
        "eta:0.8:fee_floor_btc=0.05:eta_on=subsidy", "prop:0:fee_floor_btc=0.1"}) {
    CHECK(scheme_spec(parse_scheme(spec)) == spec);
    CHECK_NOTHROW(check_scheme(parse_scheme(spec)));
  }
  for (const char* wrong : {"eta:1.0001",
                            "eta:-0.1",
                            "eta:nan",
                            "eta:",
                            "pplns:0",
                            "pplns:inf",
                            "nothing",
                            "",
                            "eta:0.8x",
                            "pps:fee=1",
                            "pps:reserve=3",
                            "pps:window=2",
                            "geo:0",
                            "geo:1",
                            "dgm:0.3:o=1",
                            "eta-t:0.9:tau_h=0",
                            "weight:w^",
                            "weight:log(a)",
                            "eta:0.9:name=x",
                            "tides:window=2",
                            "prop:fee_floor_btc=-1",
                            "pps:fee_floor_btc=0.1",
                            "eta:eta_on=fees",
                            "pplns:eta_on=subsidy"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_scheme(wrong), ConfigError);
  }
  CHECK_THROWS_WITH_AS(parse_scheme("ppln"), doctest::Contains("did you mean 'pplns'?"),
                       ConfigError);
  CHECK(split_specs("eta:0.8, pps,weight:min(w, 9)") ==
        std::vector<std::string>{"eta:0.8", "pps", "weight:min(w, 9)"});
  SchemeConfig contradictory = parse_scheme("pps");
  contradictory.eta = 0.5;
  CHECK_THROWS_WITH_AS(check_scheme(contradictory), doctest::Contains("pps does not read it"),
                       ConfigError);
}
