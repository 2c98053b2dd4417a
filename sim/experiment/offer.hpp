#pragma once

#include "sim/fleet/choice_config.hpp"
#include "sim/game/pool_choice.hpp"
#include "sim/pool/scheme.hpp"

namespace aicmp {

/// Whether the pay that a scheme promises follows from hash rates by one of the rules of PoolOffer;
/// false for weight expressions and rules of the caller's own.
bool has_offer(const SchemeConfig& scheme);

/// What a scheme promises miners, by its published rule, under its present terms and at the rewards
/// of blocks that are to be expected. PPS and ETA-PPS pay the subsidy alone. PPS+ counts as free of
/// risk, as nearly all of its pay is.
PoolOffer offer_of(const SchemeConfig& scheme, const SchemeTerms& terms, Satoshi subsidy,
                   Satoshi block_fees);

/// The same of a pool other than ours.
PoolOffer offer_of(const OutsidePool& pool);

}  // namespace aicmp
