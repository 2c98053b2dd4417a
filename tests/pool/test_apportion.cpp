#include "sim/pool/apportion.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "drive.hpp"

using namespace aicmp;
using namespace aicmp::test;

namespace {

std::vector<std::int64_t> parts_of(std::int64_t total, const std::vector<double>& weights) {
  std::vector<Satoshi> parts;
  apportion(Satoshi(total), weights, parts);
  std::vector<std::int64_t> values;
  for (const Satoshi part : parts) values.push_back(part.value());
  return values;
}

std::int64_t sum(const std::vector<std::int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

}  // namespace

TEST_CASE("largest remainders get the odd satoshis, ties go to the lower index") {
  CHECK(parts_of(100, {1, 1, 1}) == std::vector<std::int64_t>{34, 33, 33});
  CHECK(parts_of(101, {1, 1, 1}) == std::vector<std::int64_t>{34, 34, 33});
  CHECK(parts_of(10, {6, 3, 1}) == std::vector<std::int64_t>{6, 3, 1});
  CHECK(parts_of(7, {5, 3, 1}) == std::vector<std::int64_t>{4, 2, 1});  // 3.89, 2.33, .78
  CHECK(parts_of(2, {1, 1, 1, 1}) == std::vector<std::int64_t>{1, 1, 0, 0});
  CHECK(parts_of(0, {1, 2}) == std::vector<std::int64_t>{0, 0});
  CHECK(parts_of(5, {0, 1, 0}) == std::vector<std::int64_t>{0, 5, 0});
}

TEST_CASE("parts sum to the total, are monotone in the weight and within a satoshi of the quota") {
  Rng rng = test_rng(1);
  for (int round = 0; round < 2000; ++round) {
    const auto n = static_cast<std::size_t>(1 + 200 * uniform(rng) * uniform(rng));
    std::vector<double> weights(n);
    for (double& w : weights) w = uniform(rng) < 0.2 ? 0.0 : std::exp(8.0 * normal(rng));
    weights[rng() % n] = 1.0;
    const auto total = static_cast<std::int64_t>(std::exp(35.0 * uniform(rng)));  // to 1.6e15
    const auto parts = parts_of(total, weights);
    REQUIRE(sum(parts) == total);
    const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      REQUIRE(parts[i] >= 0);
      if (weights[i] == 0.0) REQUIRE(parts[i] == 0);
      const double quota = weights[i] / all * static_cast<double>(total);
      REQUIRE(std::abs(static_cast<double>(parts[i]) - quota) <= 1.0 + 1e-13 * quota);
      for (std::size_t j = 0; j < n; ++j) {
        if (weights[i] > weights[j])
          REQUIRE(parts[i] >= parts[j] - (total > 100'000'000'000'000 ? 1 : 0));
      }
    }
  }
}

TEST_CASE("extreme weights and totals neither overflow nor lose a satoshi") {
  CHECK(
      parts_of(2'100'000'000'000'000, {1e300, 1e300, 1e300, 1e-300}) ==
      std::vector<std::int64_t>{700'000'000'000'000, 700'000'000'000'000, 700'000'000'000'000, 0});
  const double largest = std::numeric_limits<double>::max();
  CHECK(parts_of(100, {largest, largest, largest, largest}) ==
        std::vector<std::int64_t>{25, 25, 25, 25});
  const double smallest = std::numeric_limits<double>::denorm_min();
  CHECK(parts_of(100, {smallest, smallest}) == std::vector<std::int64_t>{50, 50});
  std::vector<double> many(100'000, 1.0 / 3.0);
  CHECK(sum(parts_of(2'100'000'000'000'007, many)) == 2'100'000'000'000'007);
  many[17] = 1e9;
  CHECK(sum(parts_of(1, many)) == 1);
}

TEST_CASE("the order of miners changes nobody's part, ties aside") {
  Rng rng = test_rng(2);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1000;
    std::vector<double> weights(n);
    for (double& w : weights) w = std::exp(3.0 * normal(rng));
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = n - 1; i > 0; --i) std::swap(order[i], order[rng() % (i + 1)]);
    std::vector<double> shuffled(n);
    for (std::size_t i = 0; i < n; ++i) shuffled[i] = weights[order[i]];
    const auto parts = parts_of(312'500'000, weights);
    const auto shuffled_parts = parts_of(312'500'000, shuffled);
    for (std::size_t i = 0; i < n; ++i) REQUIRE(shuffled_parts[i] == parts[order[i]]);
  }
}
