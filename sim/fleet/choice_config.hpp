#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// By what miners judge the pool that they are in.
enum class PoolJudgement {
  kFee,   // the fee they were charged of late, luck of blocks taken out
  kPay,   // what they were paid of late, luck included
  kRule,  // what the published rule promises at the present hash rates
};

/// How the miners of a group with `behaviour = choose` decide where to mine (economics.md 2.4).
/// They maximise the certainty equivalent of their pay under constant absolute risk aversion
/// alpha = risk_aversion / (wealth_days of their own fair income). Whether and when they act on it
/// is a matter of hazards (economics.md 6.4: not identified by public data, so sweep them).
struct ChoiceConfig {
  double risk_aversion = 1.0;
  double wealth_days = 100.0;
  double switching_cost = 0.0;   // a move must gain more than this part of fair income
  double leave_per_week = 0.5;   // hazard of acting on a wish to leave
  double join_per_week = 0.05;   // hazard of acting on a wish to come (back)
  std::int64_t divide_into = 1;  // equal parts of its hash rate that a miner can place apart
  PoolJudgement judges_by = PoolJudgement::kFee;
  double memory_days = 14.0;  // time constant of what fee and pay are averaged over
  bool starts_outside = false;
  bool stops_at_loss = false;  // the group stops and starts together
  double restart_band = 0.1;   // stop and start this part of the break-even below and above it
};

/// Options `choice.risk_aversion` and so on, relative to the table around them.
void add_options(OptionTable& table, ChoiceConfig& config);

/// A pool where choosing miners may go: `[[fleet.outside]]`.
struct OutsidePool {
  enum class Pays {
    kPplns,  // in proportion, when the pool finds a block
    kPps,    // the expected value, without risk
    kSolo,   // own blocks
  };
  std::string name = "outside";
  Pays pays = Pays::kPplns;
  double fee = 0.02;
  double network_share = 0.05;  // kPplns: of hash rate that does not choose
};

void add_options(OptionTable& table, OutsidePool& pool);

}  // namespace aicmp
