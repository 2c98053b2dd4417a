#include "sim/experiment/reserve_need.hpp"

#include <limits>

#include "sim/experiment/ruin.hpp"

namespace aicmp {

double reserve_need_btc(const SchemeConfig& scheme, double fee, double subsidy_btc,
                        const Moments& block_fees_btc, double orphan_rate, double probability) {
  if (scheme.make) return std::numeric_limits<double>::quiet_NaN();
  const double fees = block_fees_btc.mean();
  double kept_of_fees = 1.0;
  double paid = (1.0 - fee) * subsidy_btc;
  switch (scheme.kind) {
    case SchemeKind::kPps:
    case SchemeKind::kEtaPerShare:
      break;
    case SchemeKind::kFpps:
      paid = (1.0 - fee) * (subsidy_btc + fees);
      break;
    case SchemeKind::kPpsPlus:
      kept_of_fees = fee;
      break;
    default:
      return 0.0;
  }
  const double income = subsidy_btc + kept_of_fees * fees;
  const double square = income * income + kept_of_fees * kept_of_fees * block_fees_btc.variance();
  const double margin = fee_after_orphans(1.0 - paid / income, orphan_rate);
  return reserve_for_ruin(probability, margin) * square / income;
}

}  // namespace aicmp
