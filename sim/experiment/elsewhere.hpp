#pragma once

#include <span>
#include <vector>

#include "sim/base/units.hpp"

namespace aicmp {

/// What accounts of our pool mine while they are somewhere else, by expected value.
class Elsewhere {
 public:
  explicit Elsewhere(std::size_t accounts)
      : hashes_per_s_(accounts, 0.0),
        kept_(accounts, 1.0),
        expected_sat_(accounts, 0.0),
        earned_sat_(accounts, 0.0) {}

  /// Books the time up to `now` at the present rates.
  void book(Time now);
  /// From the time last booked on: the account hashes at this rate there, and keeps this part of
  /// its value after the fee.
  void set(std::size_t account, double hashes_per_s, double kept) {
    hashes_per_s_[account] = hashes_per_s;
    kept_[account] = kept;
  }
  void set_value(double sat_per_hash) { sat_per_hash_ = sat_per_hash; }

  /// Value of the work in satoshi, before and after fees, by account.
  std::span<const double> expected_sat() const { return expected_sat_; }
  std::span<const double> earned_sat() const { return earned_sat_; }

 private:
  std::vector<double> hashes_per_s_;
  std::vector<double> kept_;
  std::vector<double> expected_sat_;
  std::vector<double> earned_sat_;
  double sat_per_hash_ = 0.0;
  Time booked_;
};

}  // namespace aicmp
