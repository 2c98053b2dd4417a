#include "sim/experiment/payout_variation.hpp"

#include <limits>

namespace aicmp {

PayoutVariation::PayoutVariation(std::size_t miners)
    : earned_(miners), expected_(miners, 0.0), relative_pay_(miners) {}

void PayoutVariation::end_period(std::span<const Satoshi> earned,
                                 std::span<const double> expected_sat) {
  for (std::size_t i = 0; i < earned_.size(); ++i) {
    const double pay = static_cast<double>((earned[i] - earned_[i]).value());
    const double expected = expected_sat[i] - expected_[i];
    if (expected > 0.0) relative_pay_[i].add(pay / expected);
    earned_[i] = earned[i];
    expected_[i] = expected_sat[i];
  }
}

double PayoutVariation::cv(std::size_t miner) const {
  const Moments& pay = relative_pay_[miner];
  if (pay.count() < 2 || pay.mean() <= 0.0) return std::numeric_limits<double>::quiet_NaN();
  return pay.standard_deviation() / pay.mean();
}

}  // namespace aicmp
