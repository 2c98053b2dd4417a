#pragma once

#include <cstdint>

#include "sim/base/units.hpp"
#include "sim/engine/calendar.hpp"

namespace aicmp::bench {

struct NoPayload {};
using HoldEvent = Event<NoPayload>;

/// Increments of the hold model: exponential of mean 1 s, drawn beforehand so that only the queue
/// is timed. Every event that is popped schedules one follower.
class Increments {
 public:
  Increments();
  Time next() { return table_[at_++ % kSize]; }

 private:
  static constexpr std::size_t kSize = 1 << 16;
  std::size_t at_ = 0;
  Time table_[kSize];
};

}  // namespace aicmp::bench
