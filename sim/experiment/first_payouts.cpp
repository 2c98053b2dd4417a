#include "sim/experiment/first_payouts.hpp"

#include <numeric>

namespace aicmp {

FirstPayouts::FirstPayouts(std::size_t accounts)
    : times_(accounts, Time::forever()), waiting_(accounts) {
  std::iota(waiting_.begin(), waiting_.end(), 0u);
}

void FirstPayouts::settle(Time now, std::span<const Satoshi> paid) {
  std::erase_if(waiting_, [&](std::uint32_t account) {
    if (paid[account] == Satoshi(0)) return false;
    times_[account] = now;
    return true;
  });
}

}  // namespace aicmp
