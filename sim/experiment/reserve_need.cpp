#include "sim/experiment/reserve_need.hpp"

#include <limits>
#include <optional>

#include "sim/experiment/ruin.hpp"

namespace aicmp {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// A PPS operator of equal blocks, whose money moves with the same mean and variance.
struct EqualBlocks {
  double margin = 0.0;     // of what a block brings, orphans taken out
  double worth_btc = 0.0;  // of each
  double by_block = 0.0;   // so many for each block of the pool
};

/// None where pay waits for blocks.
std::optional<EqualBlocks> equal_blocks(const OperatorRisk& risk) {
  const double fees = risk.block_fees_btc.mean();
  double kept_of_fees = 1.0;
  double paid = (1.0 - risk.fee) * risk.subsidy_btc;
  switch (risk.scheme.kind) {
    case SchemeKind::kPps:
    case SchemeKind::kEtaPerShare:
      break;
    case SchemeKind::kFpps:
      paid = (1.0 - risk.fee) * (risk.subsidy_btc + fees);
      break;
    case SchemeKind::kPpsPlus:
      kept_of_fees = risk.fee;
      break;
    default:
      return std::nullopt;
  }
  const double income = risk.subsidy_btc + kept_of_fees * fees;
  const double square =
      income * income + kept_of_fees * kept_of_fees * risk.block_fees_btc.variance();
  return EqualBlocks{fee_after_orphans(1.0 - paid / income, risk.orphan_rate), square / income,
                     income * income / square};
}

}  // namespace

double reserve_need_btc(const OperatorRisk& risk, double probability) {
  if (risk.scheme.make) return kUnknown;
  const auto equal = equal_blocks(risk);
  return equal ? reserve_for_ruin(probability, equal->margin) * equal->worth_btc : 0.0;
}

double ruin_chance(const OperatorRisk& risk, double reserve_btc, double blocks) {
  if (risk.scheme.make) return kUnknown;
  const auto equal = equal_blocks(risk);
  if (!equal) return 0.0;
  return ruin_probability({reserve_btc / equal->worth_btc, equal->margin},
                          blocks * (1.0 - risk.orphan_rate) * equal->by_block);
}

}  // namespace aicmp
