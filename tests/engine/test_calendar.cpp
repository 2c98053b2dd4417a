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
Time mixed_delay(Rng& rng) {
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

/// The sorted reference: every operation is done on both, and what comes out is compared.
class Twin {
 public:
  explicit Twin(Time start = Time()) : calendar_(start) {}

  Time now() const { return calendar_.now(); }
  std::size_t size() const { return calendar_.size(); }

  void push(Time time, Rng& rng) {
    const auto kind = static_cast<std::uint32_t>(rng() % 3);
    const auto source = static_cast<std::uint32_t>(rng() % 4);
    const auto number = static_cast<int>(pushed_);
    calendar_.push(time, kind, source, {number});
    reference_.push({time, kind, source, pushed_++, {number}});
    REQUIRE(calendar_.size() == reference_.size());
  }
  void pop() {
    REQUIRE(calendar_.next_time() == reference_.top().time);
    const Pending event = calendar_.pop();
    REQUIRE(event.payload.value == reference_.top().payload.value);
    REQUIRE(event.sequence == reference_.top().sequence);
    REQUIRE(calendar_.now() == event.time);
    reference_.pop();
    REQUIRE(calendar_.size() == reference_.size());
  }
  void drain() {
    while (!reference_.empty()) pop();
    REQUIRE(calendar_.empty());
    REQUIRE(calendar_.next_time() == Time::forever());
  }

 private:
  Calendar<Payload> calendar_;
  std::priority_queue<Pending, std::vector<Pending>, Later> reference_;
  std::uint64_t pushed_ = 0;
};

}  // namespace

TEST_CASE("events come in the total order of a sorted reference") {
  for (std::uint32_t run = 0; run < 20; ++run) {
    Rng rng({run, 0, 0}, StreamId::kTest);
    Twin twin;
    for (int step = 0; step < 20'000; ++step) {
      // Grows in the first half, drains in the second.
      const bool push = twin.size() == 0 || uniform(rng) < (step < 10'000 ? 0.7 : 0.3);
      if (push) {
        twin.push(twin.now() + mixed_delay(rng), rng);
      } else {
        twin.pop();
      }
    }
    twin.drain();
  }
}

TEST_CASE("bursts at one time, and into the time that is just being emptied, keep the order") {
  Rng rng({1, 0, 0}, StreamId::kTest);
  Twin twin;
  for (int round = 0; round < 30; ++round) {
    const Time at = twin.now() + Time::seconds(exponential(rng));
    for (int i = 0; i < 500; ++i) twin.push(at, rng);
    for (int i = 0; i < 300; ++i) {
      twin.pop();
      twin.push(twin.now() + Time::nanoseconds(static_cast<std::int64_t>(rng() % 1000)), rng);
      twin.push(twin.now(), rng);
    }
    if (round % 7 == 6) twin.drain();
  }
  twin.drain();
}

TEST_CASE("long gaps and far events at both ends of time keep the order") {
  for (const Time start : {Time::nanoseconds(INT64_MIN), Time::days(-1.0), Time()}) {
    Rng rng({2, 0, 0}, StreamId::kTest);
    Twin twin(start);
    for (int round = 0; round < 200; ++round) {
      const int bits = static_cast<int>(rng() % 63);
      for (int i = 0; i < 40; ++i) {
        // A gap of any magnitude, cut at the last moment that can be scheduled.
        const auto left = static_cast<std::uint64_t>(Time::forever().ns() - 1) -
                          static_cast<std::uint64_t>(twin.now().ns());
        const std::uint64_t gap = std::min(rng() >> (63 - bits) >> 1, left);
        twin.push(Time::nanoseconds(
                      static_cast<std::int64_t>(static_cast<std::uint64_t>(twin.now().ns()) + gap)),
                  rng);
      }
      for (int i = 0; i < 30; ++i) twin.pop();
    }
    twin.drain();
  }
}

TEST_CASE("the hold model keeps the order whatever the law of the increments") {
  const std::vector<Time (*)(Rng&)> laws = {
      [](Rng& rng) { return Time::seconds(exponential(rng)); },
      [](Rng& rng) { return Time::seconds(0.9 + 0.2 * uniform(rng)); },
      [](Rng& rng) { return Time::seconds(uniform(rng) < 0.9 ? 1e-3 * uniform(rng) : 1e3); },
      [](Rng& rng) { return Time::seconds(static_cast<double>(rng() % 10)); },
  };
  for (const auto law : laws) {
    Rng rng({3, 0, 0}, StreamId::kTest);
    Twin twin;
    for (int i = 0; i < 3000; ++i) twin.push(law(rng), rng);
    for (int i = 0; i < 30'000; ++i) {
      twin.pop();
      twin.push(twin.now() + law(rng), rng);
    }
    twin.drain();
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
  for (int i = 0; i < 1000; ++i) calendar.push(mixed_delay(rng), 0, 0, {i});
  for (int i = 0; i < 300; ++i) calendar.pop();
  Calendar<Payload> copy = calendar;
  while (!calendar.empty()) CHECK(calendar.pop().payload.value == copy.pop().payload.value);
  calendar.clear(Time::seconds(1));
  calendar.push(Time::seconds(1), 0, 0, {42});
  CHECK(calendar.pop().payload.value == 42);
}
