#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/engine/alias_table.hpp"
#include "sim/engine/rate_tree.hpp"

using namespace aicmp;

namespace {

std::vector<double> random_weights(Rng& rng, std::size_t size) {
  std::vector<double> weights(size);
  for (double& weight : weights) weight = uniform(rng) < 0.2 ? 0.0 : std::exp(3.0 * normal(rng));
  weights[size / 2] = 1.0;
  return weights;
}

double sum(const std::vector<double>& values) {
  double total = 0.0;
  for (const double value : values) total += value;
  return total;
}

}  // namespace

TEST_CASE("an alias table encodes its weights to rounding, and zeros exactly") {
  Rng rng({1, 0, 0}, StreamId::kTest);
  for (const std::size_t size : {1u, 2u, 3u, 17u, 300u}) {
    const std::vector<double> weights = random_weights(rng, size);
    const AliasTable table(weights);
    const double total = sum(weights);
    CHECK(table.total() == doctest::Approx(total));
    for (std::uint32_t i = 0; i < size; ++i) {
      CHECK(std::abs(table.probability(i) - weights[i] / total) < 1e-12);
      if (weights[i] == 0.0) CHECK(table.probability(i) == 0.0);
    }
  }
}

TEST_CASE("both samplers draw in proportion to the weights") {
  Rng rng({2, 0, 0}, StreamId::kTest);
  const std::vector<double> weights = {5.0, 0.0, 1.0, 3.0, 0.5, 0.0, 0.5};
  const std::vector<double> expected = {5e5, 1e5, 3e5, 5e4, 5e4};
  const AliasTable table(weights);
  RateTree tree(std::vector<double>(7, 1.0));
  for (std::uint32_t i = 0; i < 7; ++i) tree.set(i, weights[i]);
  std::vector<std::int64_t> by_table(7, 0);
  std::vector<std::int64_t> by_tree(7, 0);
  for (int k = 0; k < 1'000'000; ++k) {
    ++by_table[table(uniform(rng))];
    ++by_tree[tree(uniform(rng))];
  }
  for (const auto& counts : {by_table, by_tree}) {
    CHECK(counts[1] == 0);
    CHECK(counts[5] == 0);
    const std::vector<std::int64_t> seen = {counts[0], counts[2], counts[3], counts[4], counts[6]};
    CHECK(chi_square_test(seen, expected).p_value > 1e-4);
  }
}

TEST_CASE("many draws at once equal single ones") {
  Rng rng({3, 0, 0}, StreamId::kTest);
  const std::vector<double> weights = random_weights(rng, 1000);
  const AliasTable table(weights);
  const RateTree tree(weights);
  std::vector<double> uniforms(777);
  for (double& u : uniforms) u = uniform(rng);
  uniforms[0] = 0.0;
  uniforms[1] = 1.0 - 0x1p-53;
  std::vector<std::uint32_t> drawn(uniforms.size());
  table.draw(uniforms, drawn.data());
  for (std::size_t k = 0; k < drawn.size(); ++k) CHECK(drawn[k] == table(uniforms[k]));
  tree.draw(uniforms, drawn.data());
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    CHECK(drawn[k] == tree(uniforms[k]));
    CHECK(weights[drawn[k]] > 0.0);
  }
}

TEST_CASE("a rate tree depends on its present weights alone") {
  Rng rng({4, 0, 0}, StreamId::kTest);
  std::vector<double> weights = random_weights(rng, 500);
  RateTree changed(std::vector<double>(500, 7.0));
  for (int k = 0; k < 5000; ++k) {
    changed.set(static_cast<std::uint32_t>(rng() % 500), uniform(rng));
  }
  for (std::uint32_t i = 0; i < 500; ++i) changed.set(i, weights[i]);
  const RateTree fresh(weights);
  CHECK(changed.total() == fresh.total());
  for (int k = 0; k < 10'000; ++k) {
    const double u = uniform(rng);
    CHECK(changed(u) == fresh(u));
  }
}
