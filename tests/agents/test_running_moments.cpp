#include <cmath>

#include <doctest/doctest.h>

#include "agents/running_moments.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

TEST_CASE("Moments of parts are the moments of the whole, far from zero too") {
  Rng rng({}, StreamId::kTest);
  std::vector<float> table(2 * 500);
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<float>(i % 2 == 0 ? 1000.0 + normal(rng) : 0.01 * normal(rng));
  }
  RunningMoments parts(2), whole(2);
  whole.add(table.data(), 500);
  parts.add(table.data(), 1);
  parts.add(table.data() + 2, 0);
  parts.add(table.data() + 2, 99);
  parts.add(table.data() + 200, 400);
  CHECK(parts.count() == 500.0);
  for (const std::size_t k : {0u, 1u}) {
    double mean = 0.0, square = 0.0;
    for (std::size_t r = 0; r < 500; ++r) mean += static_cast<double>(table[2 * r + k]) / 500.0;
    for (std::size_t r = 0; r < 500; ++r) {
      square += std::pow(static_cast<double>(table[2 * r + k]) - mean, 2) / 500.0;
    }
    CHECK(whole.mean(k) == doctest::Approx(mean).epsilon(1e-12));
    CHECK(parts.mean(k) == doctest::Approx(mean).epsilon(1e-12));
    CHECK(parts.variance(k) == doctest::Approx(square).epsilon(1e-9));
  }
}

TEST_CASE("Scaled observations have mean 0 and deviation 1, and are clipped") {
  RunningMoments moments(1);
  const std::vector<float> table = {1.0f, 3.0f};
  ObservationScale scale(1);
  float out = 0.0f;
  const float far = 1e6f, two = 2.0f, three = 3.0f;
  scale.apply(&three, 1, &out);
  CHECK(out == 3.0f);
  moments.add(table.data(), 2);
  scale.set(moments);
  scale.apply(&two, 1, &out);
  CHECK(out == 0.0f);
  scale.apply(&three, 1, &out);
  CHECK(out == doctest::Approx(1.0));
  scale.apply(&far, 1, &out);
  CHECK(out == 10.0f);
}

TEST_CASE("What never varied counts for nothing when it does") {
  RunningMoments moments(2);
  const std::vector<float> table = {1.0f, 0.3f, 3.0f, 0.3f, 7.0f, 0.3f};
  moments.add(table.data(), 3);
  ObservationScale scale(2);
  scale.set(moments);
  const std::vector<float> unseen = {3.0f, 5.0f};
  std::vector<float> out(2);
  scale.apply(unseen.data(), 1, out.data());
  CHECK(out[0] != 0.0f);
  CHECK(std::abs(out[1]) < 1e-6f);
}

}  // namespace
}  // namespace aicmp
