#include "sim/experiment/offer.hpp"

#include "sim/base/error.hpp"
#include "sim/pool/accounts.hpp"

namespace aicmp {

bool has_offer(const SchemeConfig& scheme) {
  return scheme.kind != SchemeKind::kWeight && !scheme.make;
}

PoolTerms offer_of(const SchemeConfig& scheme, const SchemeTerms& terms, double subsidy_part) {
  using Rule = PoolTerms::Rule;
  const double subsidy_fee = 1.0 - (1.0 - terms.fee) * subsidy_part;
  const std::string name = account_name(scheme);
  switch (scheme.kind) {
    case SchemeKind::kPps:
      return {name, Rule::kPps, subsidy_fee};
    case SchemeKind::kEtaPerShare:
      return {name, Rule::kPps, subsidy_fee, terms.eta};
    case SchemeKind::kFpps:
    case SchemeKind::kPpsPlus:
      return {name, Rule::kPps, terms.fee};
    case SchemeKind::kSolo:
      return {name, Rule::kSolo, terms.fee};
    case SchemeKind::kGeometric:
    case SchemeKind::kDoubleGeometric:
      return {name, Rule::kShared, 1.0 - (1.0 - terms.fee) * (1.0 - scheme.c)};
    case SchemeKind::kEtaWindow:
    case SchemeKind::kEtaRound:
    case SchemeKind::kEtaEstimate:
      return {name, Rule::kShared, terms.fee, terms.eta};
    case SchemeKind::kProportional:
    case SchemeKind::kPplns:
    case SchemeKind::kTides:
    case SchemeKind::kSlice:
    case SchemeKind::kScore:
      return {name, Rule::kShared, terms.fee};
    case SchemeKind::kWeight:
      break;
  }
  AICMP_ASSERT(false);
}

PoolTerms offer_of(const OutsidePool& pool) {
  using Rule = PoolTerms::Rule;
  switch (pool.pays) {
    case OutsidePool::Pays::kPps:
      return {pool.name, Rule::kPps, pool.fee};
    case OutsidePool::Pays::kSolo:
      return {pool.name, Rule::kSolo, pool.fee};
    case OutsidePool::Pays::kPplns:
      break;
  }
  return {pool.name, Rule::kShared, pool.fee, 1.0, pool.network_share};
}

}  // namespace aicmp
