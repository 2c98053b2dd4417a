#include "sim/fleet/choice_config.hpp"

namespace aicmp {

void add_options(OptionTable& table, ChoiceConfig& config) {
  table.add("choice.risk_aversion", config.risk_aversion, "", Limits::between(0.0, 1e6),
            "Behaviour choose: relative risk aversion (CARA at the miner's wealth); 0: none.");
  table.add("choice.wealth_days", config.wealth_days, "d",
            {.min = 0.0, .max = 1e6, .min_open = true},
            "Wealth of a miner in days of its own fair income.");
  table.add("choice.switching_cost", config.switching_cost, "", Limits::between(0.0, 1.0),
            "A move must raise the worth of a miner's pay by more than this part of fair income.");
  table.add("choice.leave_per_week", config.leave_per_week, "1/week", Limits::between(0.0, 1e9),
            "Hazard at which a miner that would rather leave does so.");
  table.add("choice.join_per_week", config.join_per_week, "1/week", Limits::between(0.0, 1e9),
            "Hazard at which a miner that would rather be in our pool comes.");
  table.add("choice.divide_into", config.divide_into, "parts", Limits::between(1.0, 1000.0),
            "Equal parts of its hash rate that a miner can place inside or outside; 1: all or "
            "nothing.");
  table.add_choice(
      "choice.judges_by", config.judges_by,
      {{"fee", PoolJudgement::kFee}, {"pay", PoolJudgement::kPay}, {"rule", PoolJudgement::kRule}},
      "fee: the effective fee of late, luck taken out; pay: the same with luck; rule: "
      "what the rule promises. Who is new in the pool goes by the rule.");
  table.add("choice.memory_days", config.memory_days, "d",
            {.min = 0.0, .max = 36500.0, .min_open = true},
            "Time constant of the average of fee and pay.");
  table.add("choice.starts_outside", config.starts_outside,
            "The miners are in the first of fleet.outside at the start, not in our pool.");
  table.add("choice.stops_at_loss", config.stops_at_loss,
            "The group stops where hash price does not pay for energy, and starts again.");
  table.add("choice.restart_band", config.restart_band, "", Limits::between(0.0, 1.0),
            "stops_at_loss: stop this part below break-even, start this part above it.");
}

void add_options(OptionTable& table, OutsidePool& pool) {
  table.add("name", pool.name, "Name of the pool.");
  table.add_choice("pays", pool.pays,
                   {{"pplns", OutsidePool::Pays::kPplns},
                    {"pps", OutsidePool::Pays::kPps},
                    {"solo", OutsidePool::Pays::kSolo}},
                   "pplns: by its blocks; pps: the expected value without risk; solo: own blocks.");
  table.add("fee", pool.fee, "", {.min = 0.0, .max = 1.0, .max_open = true},
            "Part of the value of work that the pool keeps.");
  table.add("network_share", pool.network_share, "", Limits::between(0.0, 1.0),
            "pplns: part of the network that mines there anyway; the more, the steadier the pay.");
}

}  // namespace aicmp
