#include <algorithm>
#include <queue>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/engine/calendar.hpp"

using namespace aicmp;

namespace {

struct Payload {
  int value = 0;
};
using Pending = Event<Payload>;
using Later = decltype([](const Pending& a, const Pending& b) { return precedes(b, a); });

/// Delays of very different scales, many of them equal.
Time delay(Rng& rng) {
  switch (rng() % 5) {
    case 0:
      return Time();
    case 1:
      return Time::nanoseconds(static_cast<std::int64_t>(rng() % 3));
    case 2:
      return Time::seconds(exponential(rng));
    case 3:
      return Time::days(1.0);
    default:
      return Time::days(1000.0 * uniform(rng));
  }
}

}  // namespace

TEST_CASE("events come in the total order of a sorted reference") {
  for (std::uint32_t run = 0; run < 20; ++run) {
    Rng rng({run, 0, 0}, StreamId::kTest);
    Calendar<Payload> calendar;
    std::priority_queue<Pending, std::vector<Pending>, Later> reference;
    std::uint64_t pushed = 0;
    for (int step = 0; step < 20'000; ++step) {
      // Grows in the first half, drains in the second.
      const bool push = reference.empty() || uniform(rng) < (step < 10'000 ? 0.7 : 0.3);
      if (push) {
        const Time time = calendar.now() + delay(rng);
        const auto kind = static_cast<std::uint32_t>(rng() % 3);
        const auto source = static_cast<std::uint32_t>(rng() % 4);
        calendar.push(time, kind, source, {step});
        reference.push({time, kind, source, pushed++, {step}});
      } else {
        REQUIRE(calendar.next_time() == reference.top().time);
        const Pending event = calendar.pop();
        REQUIRE(event.payload.value == reference.top().payload.value);
        REQUIRE(calendar.now() == event.time);
        reference.pop();
      }
      REQUIRE(calendar.size() == reference.size());
    }
  }
}

TEST_CASE("at one time, kind decides before source and source before the order of pushes") {
  Calendar<Payload> calendar;
  const Time t = Time::seconds(5);
  calendar.push(t, 2, 0, {5});
  calendar.push(t, 1, 7, {3});
  calendar.push(t, 1, 7, {4});
  calendar.push(t, 1, 2, {2});
  calendar.push(Time::seconds(4), 9, 9, {1});
  for (int expected = 1; expected <= 5; ++expected) CHECK(calendar.pop().payload.value == expected);
  CHECK(calendar.empty());
  CHECK(calendar.next_time() == Time::forever());
}

TEST_CASE("a copy continues alike, and clear starts anew") {
  Rng rng({1, 0, 0}, StreamId::kTest);
  Calendar<Payload> calendar;
  for (int i = 0; i < 1000; ++i) calendar.push(delay(rng), 0, 0, {i});
  for (int i = 0; i < 300; ++i) calendar.pop();
  Calendar<Payload> copy = calendar;
  while (!calendar.empty()) CHECK(calendar.pop().payload.value == copy.pop().payload.value);
  calendar.clear(Time::seconds(1));
  calendar.push(Time::seconds(1), 0, 0, {42});
  CHECK(calendar.pop().payload.value == 42);
}
