#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/game/pool_choice.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

namespace {

constexpr std::size_t kEta = 0;
constexpr std::size_t kPplns = 1;
constexpr std::size_t kLarge = 2;

PoolChoiceGame three_types(double eta, double risk_aversion) {
  return {.types = {{"small", 20, 1e-4, risk_aversion},
                    {"medium", 5, 1e-3, risk_aversion},
                    {"large", 1, 1e-2, risk_aversion}},
          .pools = {{"eta", PoolOffer::Rule::kShared, 0.005, eta},
                    {"pplns", PoolOffer::Rule::kShared, 0.015, 1.0, 0.05},
                    {"pps", PoolOffer::Rule::kPps, 0.025}}};
}

const Profile kAllStay{kEta, kEta, kEta};

}  // namespace

TEST_CASE("CARA certainty equivalent of Poisson payouts") {
  CHECK(prints_as(cara_equivalent(30.0, 0.032, 5.0), 0.887137, 6));
  CHECK(cara_equivalent(30.0, 0.032, 0.0) == doctest::Approx(0.96));
  CHECK(cara_equivalent(30.0, 0.032, 1e-9) == doctest::Approx(0.96));
  double last = 1.0;
  for (double alpha = 0.01; alpha < 100.0; alpha *= 1.5) {
    CHECK(cara_equivalent(30.0, 0.032, alpha) < last);
    last = cara_equivalent(30.0, 0.032, alpha);
    CHECK(cara_equivalent(60.0, 0.016, alpha) > last);  // the same mean in smaller pieces
  }
}

TEST_CASE("the large miner is indifferent at eta*") {
  CHECK(prints_as(indifferent_eta(three_types(0.9, 0.0), kLarge, kEta, kPplns), 0.991785, 6));
  CHECK(prints_as(indifferent_eta(three_types(0.9, 0.3), kLarge, kEta, kPplns), 0.992134, 6));
  CHECK(prints_as(indifferent_eta(three_types(0.9, 1.0), kLarge, kEta, kPplns), 0.992951, 6));
  PoolChoiceGame dear = three_types(0.9, 0.0);
  dear.pools[kEta].fee = 0.02;
  CHECK(std::isinf(indifferent_eta(dear, kLarge, kEta, kPplns)));
}

TEST_CASE("calm miners have one equilibrium, which eta empties from the top") {
  for (const double risk_aversion : {0.0, 0.1, 0.3}) {
    for (const auto& [eta, expected] :
         std::vector<std::pair<double, Profile>>{{1.0, kAllStay},
                                                 {0.995, kAllStay},
                                                 {0.99, {kEta, kEta, kPplns}},
                                                 {0.95, {kEta, kPplns, kPplns}},
                                                 {0.8, {kEta, kPplns, kPplns}}}) {
      CAPTURE(eta);
      const PoolChoiceGame game = three_types(eta, risk_aversion);
      CHECK(type_symmetric_equilibria(game) == std::vector<Profile>{expected});
      const ChoicePath path = follow_best_responses(game, kAllStay);
      CHECK(path.settles());
      CHECK(path.steps.back() == expected);
    }
  }
}

TEST_CASE("risk-averse small miners chase the large one") {
  for (const double eta : {0.99, 0.95, 0.8}) {
    CAPTURE(eta);
    const PoolChoiceGame game = three_types(eta, 1.0);
    CHECK(type_symmetric_equilibria(game).empty());
    const ChoicePath path = follow_best_responses(game, kAllStay);
    REQUIRE_FALSE(path.settles());
    CHECK(path.steps.size() - path.cycle_begin >= 2);
  }
  CHECK(type_symmetric_equilibria(three_types(0.995, 1.0)) == std::vector<Profile>{kAllStay});
}

TEST_CASE("a switching cost ends the chase") {
  PoolChoiceGame game = three_types(0.99, 1.0);
  game.switching_cost = 0.05;
  const ChoicePath path = follow_best_responses(game, kAllStay);
  CHECK(path.settles());
  CHECK(path.steps.size() == 1);
}

TEST_CASE("pools as a miner sees them") {
  PoolChoiceGame game = three_types(1.0, 0.5);
  game.pools[kEta].fee = 0.0;
  game.pools.push_back({"solo", PoolOffer::Rule::kSolo, 0.0});
  CHECK(pool_worth(game, kAllStay, 0, 2) == doctest::Approx(0.975));
  // A pool of its own is solo mining less the fee.
  game.pools.push_back({"empty", PoolOffer::Rule::kShared, 0.0});
  for (std::size_t type = 0; type < 3; ++type) {
    CHECK(pool_worth(game, kAllStay, type, 3) ==
          doctest::Approx(pool_worth(game, kAllStay, type, 4)).epsilon(1e-13));
    CHECK(pool_worth(game, kAllStay, type, 3) < pool_worth(game, kAllStay, type, kEta));
  }
}

TEST_CASE("impossible games are refused in one line") {
  const auto refuses = [](auto change) {
    PoolChoiceGame game = three_types(0.9, 1.0);
    change(game);
    CHECK_THROWS_AS(game.check(), ConfigError);
  };
  refuses([](PoolChoiceGame& g) { g.types.clear(); });
  refuses([](PoolChoiceGame& g) { g.pools.clear(); });
  refuses([](PoolChoiceGame& g) { g.types[0].count = 0; });
  refuses([](PoolChoiceGame& g) { g.types[0].network_share = 0.9; });
  refuses([](PoolChoiceGame& g) { g.types[0].risk_aversion = std::nan(""); });
  refuses([](PoolChoiceGame& g) { g.pools[0].eta = 1.1; });
  refuses([](PoolChoiceGame& g) { g.pools[0].outside_share = 0.1; });
  refuses([](PoolChoiceGame& g) { g.pools[0].fee = 1.0; });
  refuses([](PoolChoiceGame& g) { g.switching_cost = -1.0; });
  refuses([](PoolChoiceGame& g) { g.types.resize(20, {"tiny", 1, 1e-6, 0.0}); });
}
