#pragma once

#include <span>
#include <vector>

#include "sim/base/moments.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// How much a scheme's pay varies from period to period, by miner. Pay is taken relative to the
/// expected value of the miner's work in the period, so that hash rate, difficulty and halvings do
/// not count as variation.
class PayoutVariation {
 public:
  explicit PayoutVariation(std::size_t miners);

  /// Ends a period: earned and expected satoshi by miner since the start of the run.
  void end_period(std::span<const Satoshi> earned, std::span<const double> expected_sat);

  /// Standard deviation over mean of a miner's relative pay; NaN below two periods or without pay.
  double cv(std::size_t miner) const;

 private:
  std::vector<Satoshi> earned_;
  std::vector<double> expected_;
  std::vector<Moments> relative_pay_;
};

}  // namespace aicmp
