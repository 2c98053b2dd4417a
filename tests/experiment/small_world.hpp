#pragma once

#include "sim/experiment/scenario.hpp"

namespace aicmp {

/// A pool with `miners` miners of unequal size that finds every tenth block of a network of
/// constant hash rate and fixed difficulty, at constant price and fees: quick, and with nothing
/// that hides what a test looks at.
inline Scenario small_world(std::int64_t miners, double days) {
  Scenario s;
  s.run.days = days;
  s.run.variation_days = 1.0;
  s.network.chain.retarget = RetargetRule::kFixed;
  s.network.chain.start_difficulty = 1e12;
  const double total_hashes_per_s = 1e12 * kHashesPerWork / 600.0;
  s.network.hash_rate_ehs = 0.9 * total_hashes_per_s * 1e-18;
  s.network.propagation_delay_s = 0.0;
  s.price.model = PriceModel::kConstant;
  s.fees.model = FeeModel::kConstant;
  s.fees.constant_btc = 0.05;
  GroupConfig group;
  group.count = miners;
  group.mean_ths = 0.1 * total_hashes_per_s * 1e-12 / static_cast<double>(miners);
  group.size.shape = SizeShape::kList;
  group.mean_machines = GroupConfig().mean_machines;
  // Sizes 1 : 2 : 3, so that the mean is 2.
  const double unit = group.mean_ths / 2.0;
  group.mean_ths = 0.0;
  group.size.list_ths = {unit, 2 * unit, 3 * unit};
  group.latency_ms = 2000.0;
  s.fleet.groups = {group};
  s.pool.schemes = {parse_scheme("pplns:2:fee=0.01"), parse_scheme("pps:0.03"),
                    parse_scheme("eta:0.7:fee=0.01"), parse_scheme("prop:0.01"),
                    parse_scheme("fpps:0.03")};
  return s;
}

}  // namespace aicmp
