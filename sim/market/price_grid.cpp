#include <algorithm>
#include <cmath>

#include "sim/market/price_models.hpp"

namespace aicmp {
namespace {

// Keeps prices finite and positive under absurd drifts; no sane path comes near.
constexpr double kLargestLogReturn = 300.0;

}  // namespace

GridPrice::GridPrice(double initial_usd, Time step) : initial_usd_(initial_usd), step_(step) {}

Step GridPrice::next() {
  if (started_) {
    now_ += step_;
    log_return_ =
        std::clamp(log_return_ + next_log_return(), -kLargestLogReturn, kLargestLogReturn);
  }
  started_ = true;
  return {now_, initial_usd_ * std::exp(log_return_)};
}

}  // namespace aicmp
