#include <cmath>
#include <utility>

#include <doctest/doctest.h>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/chain/network.hpp"
#include "sim/game/selfish_mining.hpp"
#include "tests/game/printed.hpp"

using namespace aicmp;

TEST_CASE("SM1 revenue and threshold") {
  CHECK(prints_as(selfish_mining_revenue(0.33, 0.0), 0.32697, 5));
  CHECK(prints_as(selfish_mining_revenue(0.40, 0.5), 0.52558, 5));
  CHECK(prints_as(selfish_mining_revenue(0.30, 0.5), 0.32687, 5));
  CHECK(selfish_mining_threshold(0.5) == 0.25);
  CHECK(selfish_mining_threshold(0.0) == doctest::Approx(1.0 / 3.0));
  CHECK(selfish_mining_threshold(1.0) == 0.0);
  for (double gamma = 0.0; gamma < 1.0; gamma += 0.1) {
    const double alpha = selfish_mining_threshold(gamma);
    CHECK(selfish_mining_revenue(alpha, gamma) == doctest::Approx(alpha).epsilon(1e-12));
    CHECK(selfish_mining_revenue(alpha + 0.01, gamma) > alpha + 0.01);
    CHECK(selfish_mining_revenue(0.9 * alpha, gamma) < 0.9 * alpha);
  }
}

namespace {

/// A network of infinitesimal miners and a rival with a part `alpha` of it.
NetworkConfig with_rival(double alpha) {
  NetworkConfig config;
  config.chain.retarget = RetargetRule::kFixed;
  config.chain.start_difficulty = 1e12;
  config.hash_rate_ehs = 1e12 * kHashesPerWork / 600.0 * 1e-18;
  config.propagation_delay_s = 0.0;
  config.pools = {{"rival", alpha}};
  config.selfish.pool = "rival";
  return config;
}

struct Chained {
  std::int64_t main = 0;
  std::int64_t rival = 0;  // of those
  std::int64_t stale = 0;
};

/// The chain after so many discoveries, from what the network tells of each.
Chained mine(Network& network, std::int64_t discoveries) {
  Chained chain;
  const auto whose = [](OwnerId owner) { return owner == kNobody ? 0 : 1; };
  Time before;
  for (std::int64_t i = 0; i < discoveries || network.next_block_time() == before;) {
    if (network.next_block_time() > before) ++i;
    before = network.next_block_time();
    const NetworkBlock block = network.find_block();
    CHECK(block.found == before);
    if (block.outcome == RaceOutcome::kMain) {
      ++chain.main;
      chain.rival += whose(block.winner.owner);
      CHECK(block.block.height == network.chain().next_height() - 1);
    } else if (block.outcome != RaceOutcome::kHidden) {
      ++chain.stale;
    }
    if (block.outcome == RaceOutcome::kReplaces) {
      chain.rival += whose(block.winner.owner) - whose(block.loser);
    }
  }
  return chain;
}

}  // namespace

TEST_CASE("a rival that mines selfishly gets Eyal and Sirer's part of the chain") {
  for (const auto& [alpha, gamma] : {std::pair(0.1, 0.9), {0.25, 0.5}, {0.3, 0.0}, {0.4, 0.5}}) {
    CAPTURE(alpha);
    NetworkConfig config = with_rival(alpha);
    config.selfish.gamma = gamma;
    Moments part;
    for (std::uint32_t world = 0; world < 40; ++world) {
      Network network(config, {3, world, 0});
      const Chained chain = mine(network, 20'000);
      const SelfishTally& tally = network.selfish();
      CHECK(chain.main == network.chain().next_height() - config.chain.start_height);
      CHECK(chain.rival == tally.main);
      CHECK(chain.main == tally.main + tally.others_found - tally.others_lost);
      CHECK(chain.stale == tally.lost + tally.others_lost);
      CHECK(tally.found + tally.others_found == 20'000);
      part.add(static_cast<double>(chain.rival) / static_cast<double>(chain.main));
    }
    CHECK(std::abs(part.mean() - selfish_mining_revenue(alpha, gamma)) <=
          4.0 * part.standard_error());
  }
}

TEST_CASE(
    "ties broken at random are a gamma of one half, and before it begins the rival is honest") {
  NetworkConfig config = with_rival(0.3);
  Network half(config, {1, 0, 0});
  config.selfish.gamma = 0.9;
  config.tie_break = TieBreak::kRandom;
  Network random(config, {1, 0, 0});
  const Chained a = mine(half, 5000);
  const Chained b = mine(random, 5000);
  CHECK(a.main == b.main);
  CHECK(a.rival == b.rival);

  config.selfish.begin_h = 1e5;
  Network later(config, {1, 0, 0});
  CHECK(mine(later, 5000).stale == 0);
  CHECK(later.selfish().found == 0);

  config.selfish.pool = "nobody";
  CHECK_THROWS_AS(Network(config, {1, 0, 0}), ConfigError);
}
