#include "sim/pool/vardiff/share_cost.hpp"

#include <cmath>

#include "sim/base/units.hpp"

namespace aicmp {
namespace {

constexpr double kYearS = kDaysPerMarketYear * kSecondsPerDay;

}  // namespace

double ShareCost::income_usd_per_s(double hashes_per_s) const {
  return hashes_per_s * 1e-15 * hash_price_usd_per_phs_day / kSecondsPerDay;
}

double ShareCost::numerator(double income_usd_per_s) const {
  return income_usd_per_s *
         (faults_per_day / kSecondsPerDay * alarm_part * alarm_shares + 1.0 / kYearS);
}

double ShareCost::part_of_income(double shares_per_s, double hashes_per_s) const {
  const double income = income_usd_per_s(hashes_per_s);
  return (share_cost_usd * shares_per_s + numerator(income) / shares_per_s) / income;
}

double ShareCost::best_rate(double hashes_per_s) const {
  return std::sqrt(numerator(income_usd_per_s(hashes_per_s)) / share_cost_usd);
}

double ShareCost::best_difficulty(double hashes_per_s) const {
  return hashes_per_s / kHashesPerWork / best_rate(hashes_per_s);
}

}  // namespace aicmp
