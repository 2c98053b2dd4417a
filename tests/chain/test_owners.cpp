#include <array>
#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/chain/owners.hpp"
#include "tests/chain/files.hpp"

namespace aicmp {
namespace {

TEST_CASE("blocks fall to owners by their shares, uniformly within each") {
  const Owners owners({{"A", 0.3}, {"B", 0.2}});
  constexpr double kOurs = 0.1;
  constexpr int kDraws = 400'000;
  std::array<Moments, 4> within;  // others, ours, A, B
  Rng rng({.seed = 41}, StreamId::kTest);
  for (int i = 0; i < kDraws; ++i) {
    const Winner winner = owners.winner(uniform(rng), kOurs);
    REQUIRE(winner.within >= 0.0);
    REQUIRE(winner.within < 1.0);
    within[static_cast<std::size_t>(winner.owner) + 1].add(winner.within);
  }
  const std::array<double, 4> shares{0.9 * 0.5, 0.1, 0.9 * 0.3, 0.9 * 0.2};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    CAPTURE(i);
    const auto count = static_cast<double>(within[i].count());
    const double p = shares[i];
    CHECK(std::abs(count / kDraws - p) < 4 * std::sqrt(p * (1 - p) / kDraws));
    CHECK(std::abs(within[i].mean() - 0.5) < 4 / std::sqrt(12 * count));
    CHECK(within[i].variance() == doctest::Approx(1.0 / 12).epsilon(0.05));
    const int owner = static_cast<int>(i) - 1;
    CHECK(owners.share(owner, kOurs) == doctest::Approx(owner == kNobody ? 0.0 : p));
  }
}

TEST_CASE("with more hash rate our pool keeps every block that it had") {
  const Owners owners({{"A", 0.6}, {"B", 0.4}});
  Rng rng({.seed = 42}, StreamId::kTest);
  for (int i = 0; i < 10000; ++i) {
    const double draw = uniform(rng);
    const double less = uniform(rng);
    const double more = less + (1.0 - less) * uniform(rng);
    if (owners.winner(draw, less).owner == kOurPool) {
      REQUIRE(owners.winner(draw, more).owner == kOurPool);
    }
  }
  CHECK(owners.winner(1.0 - 0x1p-53, 1.0).owner == kOurPool);
  CHECK(owners.winner(0.0, 0.0).owner == 1);
}

TEST_CASE("lists that make no sense are refused") {
  const auto refused = [](std::vector<OtherPool> pools) {
    return message_of<ConfigError>([&] { const Owners owners(std::move(pools)); });
  };
  CHECK(refused({{"", 0.1}}) == "network.pools[0].name: a pool needs a name");
  CHECK(refused({{"A", 0.1}, {"A", 0.1}}) == "network.pools[1].name: 'A' is listed twice");
  CHECK(refused({{"A", -0.1}}) == "network.pools[0].share: -0.1 is not a share (allowed: [0, 1])");
  CHECK(refused({{"A", NAN}}) == "network.pools[0].share: nan is not a share (allowed: [0, 1])");
  CHECK(refused({{"A", 0.7}, {"B", 0.4}}).starts_with("network.pools: shares sum to 1.1"));
  CHECK(refused({}).empty());
  CHECK(refused({{"A", 0.1}, {"B", 0.2}, {"C", 0.3}, {"D", 0.4}}).empty());  // sums to 1 + 1 ulp
}

}  // namespace
}  // namespace aicmp
