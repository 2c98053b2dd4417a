#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/market/step_path.hpp"
#include "sim/market/step_sources.hpp"

using namespace aicmp;

namespace {

/// Value k on [k^2 s, (k + 1)^2 s): steps of unequal length.
class Squares final : public StepSource {
 public:
  Step next() override {
    const double k = static_cast<double>(count_++);
    return {Time::seconds(k * k), k};
  }

 private:
  int count_ = 0;
};

}  // namespace

TEST_CASE("a step path gives the value of the step that a time lies in, in any order of asking") {
  StepPath path(std::make_unique<Squares>());
  Rng rng({}, StreamId::kTest);
  for (int i = 0; i < 10'000; ++i) {
    const double t = 1e4 * uniform(rng);
    const double k = std::floor(std::sqrt(t));
    CHECK(path.at(Time::seconds(t)) == k);
    CHECK(path.next_change(Time::seconds(t)) == Time::seconds((k + 1.0) * (k + 1.0)));
  }
  CHECK(path.at(Time::seconds(49.0)) == 7.0);
  CHECK(path.at(Time::seconds(49.0) - Time::nanoseconds(1)) == 6.0);
}

TEST_CASE("a constant never changes, and history holds after its last row") {
  StepPath constant(constant_step(4.5));
  CHECK(constant.at(Time()) == 4.5);
  CHECK(constant.at(Time::days(1e5)) == 4.5);
  CHECK(constant.next_change(Time()) == Time::forever());

  StepPath replay(replay_steps({.unix_s = {990, 1000, 1010}, .values = {1, 2, 3}, .spacing_s = 10},
                               CivilTime(995)));
  CHECK(replay.at(Time()) == 1.0);
  CHECK(replay.next_change(Time()) == Time::seconds(5.0));
  CHECK(replay.at(Time::seconds(5.0)) == 2.0);
  CHECK(replay.at(Time::seconds(500.0)) == 3.0);
  CHECK(replay.next_change(Time::seconds(500.0)) == Time::forever());
}
