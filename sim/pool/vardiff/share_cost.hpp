#pragma once

namespace aicmp {

/// What the share rate of a connection costs (economics.md 3.1), in USD/s:
///   C(r) = c_s r + nu chi pi L / r + alpha pi^2 / (2 r)
/// traffic and validation, faults noticed late, lumpy pay; pi is the miner's income.
struct ShareCost {
  double hash_price_usd_per_phs_day = 50.0;
  double share_cost_usd = 1e-9;        // c_s: traffic, validation, storage
  double faults_per_day = 1.0 / 30.0;  // nu
  double alarm_part = 0.5;             // chi: faults that the pool's alarm is the first to notice
  double alarm_shares = 15.0;          // L: an alarm after L mean intervals without a share

  double income_usd_per_s(double hashes_per_s) const;
  /// Cost of r shares/s as a part of income.
  double part_of_income(double shares_per_s, double hashes_per_s) const;
  /// r* = sqrt((nu chi L pi + alpha pi^2 / 2) / c_s), shares/s, with alpha = 2 / (a year's income).
  double best_rate(double hashes_per_s) const;
  /// The difficulty that r* takes.
  double best_difficulty(double hashes_per_s) const;

 private:
  double numerator(double income_usd_per_s) const;
};

}  // namespace aicmp
