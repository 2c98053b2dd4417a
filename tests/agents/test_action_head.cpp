#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "agents/action_head.hpp"
#include "agents/kernels/kernels.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kStride = 2 * kPadding;  // what follows a row may be read

TEST_CASE("Several sets: log-probabilities and entropies add up") {
  const ActionHead head({2, 3}, 0);
  CHECK(head.outputs() == 5);
  // Logits whose probabilities are 1/4, 3/4 and 1/6, 2/6, 3/6.
  Floats outputs(kStride), p(kStride);
  const std::vector<double> weights = {1.0, 3.0, 1.0, 2.0, 3.0};
  for (std::size_t j = 0; j < 5; ++j) outputs[j] = static_cast<float>(std::log(weights[j]) + 7.0);
  head.normalise(1, kStride, outputs.data(), nullptr, p.data());
  const std::vector<std::int64_t> choices = {1, 0};
  CHECK(head.log_prob(outputs.data(), nullptr, choices.data(), nullptr) ==
        doctest::Approx(std::log(0.75 / 6.0)).epsilon(1e-5));
  double entropy = 0.0;
  for (const double q : {.25, .75, 1.0 / 6.0, 1.0 / 3.0, .5}) entropy -= q * std::log(q);
  CHECK(head.entropy(outputs.data(), p.data(), nullptr) == doctest::Approx(entropy).epsilon(1e-5));
}

TEST_CASE("A mask takes choices away, and the others keep their proportions") {
  const ActionHead head({4}, 0);
  Floats outputs = {0.0f, 1.0f, 2.0f, 3.0f}, p(kStride);
  outputs.resize(kStride);
  const std::vector<std::int8_t> mask = {1, 0, 1, 0};
  head.normalise(1, kStride, outputs.data(), mask.data(), p.data());
  CHECK(p[1] == 0.0f);
  CHECK(p[3] == 0.0f);
  CHECK(p[2] / p[0] == doctest::Approx(std::exp(2.0)).epsilon(1e-5));
  const double q = 1.0 / (1.0 + std::exp(2.0));
  CHECK(head.entropy(outputs.data(), p.data(), nullptr) ==
        doctest::Approx(-q * std::log(q) - (1 - q) * std::log(1 - q)).epsilon(1e-5));
}

TEST_CASE("Choices are drawn as often as they should, those masked never") {
  const ActionHead head({3}, 0);
  const std::size_t rows = 64;
  const std::vector<std::int8_t> mask = {1, 1, 0};
  Rng rng({}, StreamId::kTest);
  std::vector<std::int64_t> choices(rows);
  std::vector<float> log_prob(rows);
  double ones = 0.0;
  const int rounds = 500;
  for (int round = 0; round < rounds; ++round) {
    Floats outputs(rows * kStride), p(rows * kStride);
    std::vector<std::int8_t> masks;
    for (std::size_t r = 0; r < rows; ++r) {
      outputs[r * kStride + 1] = 1.0f;
      masks.insert(masks.end(), mask.begin(), mask.end());
    }
    head.normalise(rows, kStride, outputs.data(), masks.data(), p.data());
    head.sample(rows, kStride, outputs.data(), p.data(), nullptr, rng,
                {choices.data(), nullptr, log_prob.data()});
    for (std::size_t r = 0; r < rows; ++r) {
      REQUIRE(choices[r] < 2);
      CHECK(log_prob[r] == outputs[r * kStride + static_cast<std::size_t>(choices[r])]);
      ones += static_cast<double>(choices[r]);
    }
  }
  const double q = 1.0 / (1.0 + std::exp(-1.0));
  const double n = static_cast<double>(rows) * rounds;
  CHECK(std::abs(ones / n - q) < 4.0 * std::sqrt(q * (1.0 - q) / n));
}

TEST_CASE("Normal numbers: density, entropy, and the moments of draws") {
  const ActionHead head({}, 2);
  const Floats log_std = {std::log(0.5f), std::log(2.0f)};
  const std::size_t rows = 64;
  Floats outputs(rows * kStride), p(rows * kStride);
  for (std::size_t r = 0; r < rows; ++r) {
    outputs[r * kStride] = 1.0f;
    outputs[r * kStride + 1] = -3.0f;
  }
  const std::vector<float> at = {1.5f, 1.0f};
  const auto density = [](double x, double mean, double deviation) {
    const double z = (x - mean) / deviation;
    return std::exp(-0.5 * z * z) / (deviation * std::sqrt(2.0 * std::numbers::pi));
  };
  CHECK(head.log_prob(outputs.data(), log_std.data(), nullptr, at.data()) ==
        doctest::Approx(std::log(density(1.5, 1.0, 0.5) * density(1.0, -3.0, 2.0))).epsilon(1e-5));
  // 1/2 log(2 pi e sigma^2) each; the deviations multiply to 1.
  CHECK(head.entropy(outputs.data(), p.data(), log_std.data()) ==
        doctest::Approx(std::log(2.0 * std::numbers::pi * std::numbers::e)).epsilon(1e-5));

  Rng rng({}, StreamId::kTest);
  std::vector<float> numbers(2 * rows), log_prob(rows);
  double sum = 0.0, square = 0.0;
  const int rounds = 500;
  for (int round = 0; round < rounds; ++round) {
    head.sample(rows, kStride, outputs.data(), p.data(), log_std.data(), rng,
                {nullptr, numbers.data(), log_prob.data()});
    for (std::size_t r = 0; r < rows; ++r) {
      const double z = (static_cast<double>(numbers[2 * r + 1]) + 3.0) / 2.0;
      sum += z;
      square += z * z;
    }
  }
  const double n = static_cast<double>(rows) * rounds;
  CHECK(std::abs(sum / n) < 4.0 / std::sqrt(n));
  CHECK(std::abs(square / n - 1.0) < 4.0 * std::sqrt(2.0 / n));
}

TEST_CASE("The mode is the likeliest choice of each set, or the mean") {
  const ActionHead head({2, 3}, 0);
  Floats outputs = {0.0f, 1.0f, 5.0f, 2.0f, 3.0f}, p(kStride);
  outputs.resize(kStride);
  head.normalise(1, kStride, outputs.data(), nullptr, p.data());
  std::vector<std::int64_t> choices(2);
  head.mode(1, kStride, outputs.data(), p.data(), {choices.data(), nullptr, nullptr});
  CHECK(choices == std::vector<std::int64_t>{1, 0});
}

}  // namespace
}  // namespace aicmp
