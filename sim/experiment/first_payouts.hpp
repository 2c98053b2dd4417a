#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/units.hpp"

namespace aicmp {

/// When each account of a scheme was paid for the first time.
class FirstPayouts {
 public:
  explicit FirstPayouts(std::size_t accounts);

  /// A settlement has brought what accounts were paid so far to `paid`.
  void settle(Time now, std::span<const Satoshi> paid);

  /// Time::forever() if never.
  std::span<const Time> times() const { return times_; }

 private:
  std::vector<Time> times_;
  std::vector<std::uint32_t> waiting_;
};

}  // namespace aicmp
