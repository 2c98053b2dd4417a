#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/base/units.hpp"

namespace aicmp {

/// What a line was like.
struct LinkMeasures {
  std::int64_t passed = 0;  // messages
  std::int64_t lost = 0;    // for want of room
  double waited_s = 0.0;    // by those that passed, before their own turn
};

/// A line that carries equal messages one after another, in the order of arrival: M/D/1 where they
/// arrive as a Poisson process. Messages that find `room` others waiting are lost.
class Link {
 public:
  /// `mbit_s` 0: no delay and no limit.
  Link(double mbit_s, double message_bytes, std::int64_t room)
      : turn_s_(mbit_s > 0.0 ? 8.0 * message_bytes / (1e6 * mbit_s) : 0.0),
        room_(static_cast<double>(room)) {}

  /// When a message that arrives now has passed; none if it is lost. Times never go back.
  std::optional<Time> pass(Time now) {
    if (turn_s_ == 0.0) return now;
    const double wait_s = std::max(0.0, (free_ - now).in_seconds());
    if (wait_s > room_ * turn_s_) {
      ++measures_.lost;
      return {};
    }
    ++measures_.passed;
    measures_.waited_s += wait_s;
    free_ = std::max(free_, now) + Time::seconds(turn_s_);
    return free_;
  }

  const LinkMeasures& measures() const { return measures_; }

 private:
  double turn_s_;  // of one message
  double room_;
  Time free_;
  LinkMeasures measures_;
};

}  // namespace aicmp
