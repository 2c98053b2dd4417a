#pragma once

#include "sim/fleet/choice_config.hpp"
#include "sim/game/pool_choice.hpp"
#include "sim/pool/scheme.hpp"

namespace aicmp {

/// Whether the pay that a scheme promises follows from hash rates by one of the rules of PoolTerms;
/// false for weight expressions and rules of the caller's own.
bool has_offer(const SchemeConfig& scheme);

/// What a scheme promises miners, by its published rule. `terms` are its present ones,
/// `subsidy_part` that of the subsidy in a block's reward, which is all that PPS and ETA-PPS pay.
/// PPS+ counts as free of risk, as nearly all of its pay is.
PoolTerms offer_of(const SchemeConfig& scheme, const SchemeTerms& terms, double subsidy_part);

/// The same of a pool other than ours.
PoolTerms offer_of(const OutsidePool& pool);

}  // namespace aicmp
