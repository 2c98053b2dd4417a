#include "sim/validation/bare_scenario.hpp"

#include <numeric>

namespace aicmp {

Scenario BareScenario::build() const {
  Scenario s;
  s.run.days = blocks * mean_interval_s / 86400.0;
  s.run.fidelity = fidelity;
  s.run.sample_hours = 24.0 * 3650.0;
  s.run.variation_days = 3650.0;
  s.network.chain.start_height = 840'000;
  s.network.chain.retarget = RetargetRule::kFixed;
  s.network.chain.start_difficulty = difficulty;
  s.network.chain.header_time = {
      .max_job_age_s = 0, .clock_error_probability = 0, .clock_error_s = 0};
  const double hashes_per_s = difficulty * kHashesPerWork / mean_interval_s;
  s.network.hash_rate_ehs = (1.0 - pool_share) * hashes_per_s * 1e-18;
  s.network.propagation_delay_s = 0.0;
  s.price.model = PriceModel::kConstant;
  s.fees.model = FeeModel::kConstant;
  s.fees.constant_btc = 0.0;
  GroupConfig group;
  group.count = static_cast<std::int64_t>(sizes.size());
  group.size.shape = SizeShape::kList;
  const double sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  for (const double size : sizes) {
    group.size.list_ths.push_back(size / sum * pool_share * hashes_per_s * 1e-12);
  }
  group.latency_ms = 1e-6;
  s.fleet.groups = {group};
  s.pool.difficulty_rule = ShareDifficultyRule::kFixed;
  s.pool.share_difficulty = share_difficulty;
  s.pool.payout.transaction_fee_sat_per_vb = 0.0;
  s.pool.settlement_hours = 8760.0;
  SchemeConfig free;
  free.fee = 0.0;
  for (const std::string& spec : schemes) s.pool.schemes.push_back(parse_scheme(spec, free));
  return s;
}

}  // namespace aicmp
