#include "sim/experiment/offer.hpp"

#include "sim/base/error.hpp"
#include "sim/pool/accounts.hpp"
#include "sim/pool/schemes/split_block.hpp"

namespace aicmp {

bool has_offer(const SchemeConfig& scheme) {
  return scheme.kind != SchemeKind::kWeight && !scheme.make;
}

PoolOffer offer_of(const SchemeConfig& scheme, const SchemeTerms& terms, Satoshi subsidy,
                   Satoshi block_fees) {
  using Rule = PoolOffer::Rule;
  const Satoshi reward = subsidy + block_fees;
  const Satoshi split = reward - fee_of(reward, terms);
  const double split_fee = 1.0 - split.btc() / reward.btc();
  const double subsidy_fee = 1.0 - (1.0 - terms.fee) * subsidy.btc() / reward.btc();
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
      return {name, Rule::kSolo, split_fee};
    case SchemeKind::kGeometric:
    case SchemeKind::kDoubleGeometric:
      return {name, Rule::kShared, 1.0 - (1.0 - split_fee) * (1.0 - scheme.c)};
    case SchemeKind::kEtaWindow:
    case SchemeKind::kEtaRound:
    case SchemeKind::kEtaEstimate: {
      PoolOffer offer{name, Rule::kShared, split_fee, terms.eta};
      if (terms.eta_on == EtaOn::kSubsidy && split > Satoshi(0)) {
        offer.by_work = 1.0 - (subsidy - fee_of(subsidy, terms)).btc() / split.btc();
      }
      return offer;
    }
    case SchemeKind::kProportional:
    case SchemeKind::kPplns:
    case SchemeKind::kTides:
    case SchemeKind::kSlice:
    case SchemeKind::kScore:
      return {name, Rule::kShared, split_fee};
    case SchemeKind::kWeight:
      break;
  }
  AICMP_ASSERT(false);
}

PoolOffer offer_of(const OutsidePool& pool) {
  using Rule = PoolOffer::Rule;
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
