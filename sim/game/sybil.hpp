#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// What a miner gains under the eta rule by pretending to be many (economics.md section 2.4).
// `part` is the miner's part of the pool's pay while it is one identity, in (0, 1].
namespace aicmp {

/// Pay as k equal identities over pay as one: k^(1-eta) / (1 + (k^(1-eta) - 1) part).
/// k >= 1, eta in [0, 1]; 1 at eta = 1 and for part = 1.
double split_gain(double part, double eta, double k);

/// Pay when the hash rate is spread over `pools` alike pools without any false identity, over pay
/// in one of them: P phi(a / P) / phi(a). The income of each pool is taken as given.
double spread_gain(double part, double eta, double pools);

/// The best number of equal identities and what is left of it.
struct SplitPlan {
  std::int64_t identities;
  double profit;  // over mining as one identity, per period, in the unit of the pool's income
};

/// Each identity beyond the first costs `identity_cost` > 0 per period in which the pool pays out
/// `pool_income` > 0; near ((1-eta) income part / cost)^(1/eta) for small parts. eta in (0, 1].
/// At most `max_identities` (one share each is the ceiling of any split).
SplitPlan best_split(double part, double eta, double pool_income, double identity_cost,
                     std::int64_t max_identities);

/// Cost per identity and period at which splitting in two stops to pay.
double deterring_identity_cost(double part, double eta, double pool_income);

/// The ceiling: every miner is one identity per share, which is proportional pay again. Pay of
/// miner `index` then, over its pay by the eta rule. Below 1 for those whom the rule favoured.
double everyone_splits_gain(std::span<const double> sizes, std::size_t index, double eta);

}  // namespace aicmp
