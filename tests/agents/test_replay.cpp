#include <cmath>

#include <doctest/doctest.h>

#include "agents/n_step.hpp"
#include "agents/replay.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

Experience numbered(const float& number, std::int64_t choice) {
  return {&number, &number, nullptr, choice, 0.0, 0.0, 1.0};
}

TEST_CASE("A sum tree draws in proportion to its weights") {
  SumTree tree(5);
  const std::vector<double> weights = {1.0, 0.0, 3.0, 2.0, 0.0};
  for (std::size_t i = 0; i < 5; ++i) tree.set(i, weights[i]);
  CHECK(tree.total() == 6.0);
  CHECK(tree.find(0.0) == 0);
  CHECK(tree.find(0.999) == 0);
  CHECK(tree.find(1.0) == 2);
  CHECK(tree.find(3.999) == 2);
  CHECK(tree.find(4.0) == 3);
  CHECK(tree.find(6.0) == 3);  // never one without weight, whatever rounding does
  tree.set(2, 0.0);
  CHECK(tree.find(1.0) == 3);
}

TEST_CASE("A replay keeps the last transitions") {
  Replay replay({.capacity = 3, .observation = 1, .mask = 0, .priority_power = 0.0});
  for (int i = 0; i < 5; ++i) {
    const auto number = static_cast<float>(i);
    replay.add(numbered(number, i));
    CHECK(replay.size() == static_cast<std::size_t>(std::min(i + 1, 3)));
  }
  std::vector<std::uint32_t> indices(300);
  Rng rng({}, StreamId::kTest);
  replay.draw(rng, indices);
  std::vector<int> seen(5);
  for (const std::uint32_t index : indices) {
    const Experience experience = replay.at(index);
    CHECK(experience.observation[0] == static_cast<float>(experience.choice));
    ++seen[static_cast<std::size_t>(experience.choice)];
  }
  CHECK(seen[0] + seen[1] == 0);
  // Each a third of 300, within 4 standard deviations of 8.2.
  for (const int i : {2, 3, 4}) CHECK(std::abs(seen[static_cast<std::size_t>(i)] - 100) < 33);
}

TEST_CASE("Priorities: draws in proportion to |error|^power, weights that make up for it") {
  Replay replay({.capacity = 4, .observation = 1, .mask = 0, .priority_power = 0.5});
  for (int i = 0; i < 4; ++i) {
    const auto number = static_cast<float>(i);
    replay.add(numbered(number, i));
  }
  const std::vector<double> errors = {1.0, -4.0, 9.0, 16.0};  // roots 1, 2, 3, 4
  for (std::size_t i = 0; i < 4; ++i) replay.set_error(i, errors[i]);
  std::vector<std::uint32_t> indices(40000);
  Rng rng({}, StreamId::kTest);
  replay.draw(rng, indices);
  std::vector<double> seen(4);
  for (const std::uint32_t index : indices) seen[index] += 1.0 / 40000.0;
  for (std::size_t i = 0; i < 4; ++i) {
    const double expected = static_cast<double>(i + 1) / 10.0;
    CHECK(std::abs(seen[i] - expected) < 4.0 * std::sqrt(expected / 40000.0));
  }
  const std::vector<std::uint32_t> all = {0, 1, 2, 3};
  std::vector<float> weights(4);
  replay.weights(all, 1.0, weights);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(weights[i] == doctest::Approx(1.0 / static_cast<double>(i + 1)).epsilon(1e-5));
  }
  replay.weights(all, 0.0, weights);
  CHECK(weights[3] == 1.0f);
}

TEST_CASE("Transitions of three steps, and what an end makes of the last ones") {
  for (const bool terminated : {false, true}) {
    Replay replay({.capacity = 100, .observation = 1, .mask = 0, .priority_power = 0.0});
    NStep joined(3, 2, 1);
    std::vector<float> states = {0, 1, 2, 3, 4, 5};
    for (std::size_t t = 0; t < 5; ++t) {
      // Environment 1 waits at its first step; environment 0 ends after its fifth.
      const Experience step{&states[t],
                            &states[t + 1],
                            nullptr,
                            static_cast<std::int64_t>(t),
                            static_cast<double>(t + 1),
                            1.0,
                            0.5};
      joined.add(0, step, terminated && t == 4, t == 4, replay);
      if (t == 0) joined.add(1, step, false, false, replay);
    }
    REQUIRE(replay.size() == 5);
    const Experience first = replay.at(0), middle = replay.at(2), last = replay.at(4);
    CHECK(first.choice == 0);
    CHECK(first.reward == 1.0 + 0.5 * 2.0 + 0.25 * 3.0);
    CHECK(first.time == 1.75);
    CHECK(first.discount == 0.125);
    CHECK(first.next_observation[0] == 3.0f);
    CHECK(middle.next_observation[0] == 5.0f);
    CHECK(middle.discount == (terminated ? 0.0 : 0.125));
    CHECK(last.observation[0] == 4.0f);
    CHECK(last.reward == 5.0);
    CHECK(last.discount == (terminated ? 0.0 : 0.5));
  }
}

}  // namespace
}  // namespace aicmp
