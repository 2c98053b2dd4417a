#include "sim/pool/vardiff/rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/pool/vardiff/makers.hpp"

namespace aicmp {

const std::vector<VardiffEntry>& vardiff_entries() {
  static const std::vector<VardiffEntry> entries = {
      {VardiffKind::kFixed, "fixed", 0.0, "the start difficulty for ever"},
      {VardiffKind::kCkpool, "ckpool", 18.0, "decaying average of 300 s, band 1/2 to 4/3"},
      {VardiffKind::kDatum, "datum", 8.0, "steps of 2, quick raise by a clean job"},
      {VardiffKind::kPublicPool, "public-pool", 6.0, "last 31 shares, powers of 2, clean jobs"},
      {VardiffKind::kNomp, "nomp", 4.0, "mean of 24 intervals, every 90 s"},
      {VardiffKind::kMiningcore, "miningcore", 4.0, "mean of 10 intervals, and idle updates"},
      {VardiffKind::kSv2Classic, "sv2-classic", 6.0, "ladder of thresholds, polled every 60 s"},
      {VardiffKind::kOptimum, "optimum", 0.0, "least cost by economics, sequential test"}};
  return entries;
}

const VardiffEntry& vardiff_entry(VardiffKind kind) {
  return vardiff_entries()[static_cast<std::size_t>(kind)];
}

VardiffKind vardiff_kind(std::string_view name) {
  std::string known;
  for (const VardiffEntry& entry : vardiff_entries()) {
    if (entry.name == name) return entry.kind;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  throw ConfigError({}, "rule", fmt::format("there is no '{}'", name), known);
}

void add_options(OptionTable& table, VardiffConfig& config, const std::string& prefix) {
  const auto key = [&](const char* name) { return prefix + "." + name; };
  const Limits difficulty{.min = 0.0, .max = 1e18, .min_open = true};
  table.add(key("shares_per_min"), config.shares_per_min, "shares/min", Limits::between(0.0, 6e4),
            "Target of the rule; 0: its program's own default. fixed and optimum have none.");
  table.add(key("start_difficulty"), config.start_difficulty, "difficulty-1 shares", difficulty,
            "Difficulty of a new connection.");
  table.add(key("min_difficulty"), config.range.min, "difficulty-1 shares", difficulty,
            "Least difficulty that a rule sets.");
  table.add(key("max_difficulty"), config.range.max, "difficulty-1 shares", difficulty,
            "Largest difficulty that a rule sets; never above the network's.");
  table.add(key("retarget_s"), config.retarget_s, "s",
            {.min = 0.0, .max = 86400.0, .min_open = true},
            "nomp, miningcore: least time between changes.");
  table.add(key("variance"), config.variance, "", {.min = 0.0, .max = 1.0, .max_open = true},
            "nomp, miningcore: tolerated deviation of the mean interval, as a part of the target.");
  table.add(key("decide_shares"), config.decide_shares, "shares", Limits::between(2.0, 1e6),
            "optimum: shares that a decision takes.");
  table.add(key("band"), config.band, "", Limits::between(0.0, 10.0),
            "optimum: tolerated |ln(difficulty / best)|.");
  table.add(key("hash_price_usd_per_phs_day"), config.cost.hash_price_usd_per_phs_day,
            "USD/(PH/s d)", Limits::positive(), "optimum: what hash rate earns.");
  table.add(key("share_cost_usd"), config.cost.share_cost_usd, "USD", Limits::positive(),
            "optimum: cost of a share to the pool.");
  table.add(key("faults_per_day"), config.cost.faults_per_day, "1/d", Limits::at_least(0.0),
            "optimum: faults that stop a miner.");
  table.add(key("alarm_part"), config.cost.alarm_part, "", Limits::between(0.0, 1.0),
            "optimum: part of the faults that the pool's alarm is the first to notice.");
  table.add(key("alarm_shares"), config.cost.alarm_shares, "mean intervals", Limits::positive(),
            "optimum: silence that raises the alarm.");
  table.add_path(
      key("bundle"), config.bundle,
      "manifest.json of a policy bundle (aicmp export) for AICMP/ShareDifficulty-v0, which "
      "then decides instead of the rule; empty: none.");
}

void check(const VardiffConfig& config, const std::string& prefix) {
  if (config.range.min <= config.range.max) return;
  throw ConfigError({}, prefix + ".max_difficulty", fmt::format("{:g}", config.range.max),
                    fmt::format("at least min_difficulty, {:g}", config.range.min));
}

double target_shares_per_min(const VardiffConfig& config) {
  const double own = vardiff_entry(config.kind).shares_per_min;
  return own > 0.0 && config.shares_per_min > 0.0 ? config.shares_per_min : own;
}

std::unique_ptr<const VardiffRule> make_vardiff_rule(const VardiffConfig& config) {
  if (!config.bundle.empty()) return make_policy_rule(config);
  switch (config.kind) {
    case VardiffKind::kFixed:
      return make_fixed_rule(config);
    case VardiffKind::kCkpool:
      return make_ckpool_rule(config);
    case VardiffKind::kDatum:
      return make_datum_rule(config);
    case VardiffKind::kPublicPool:
      return make_public_pool_rule(config);
    case VardiffKind::kNomp:
      return make_nomp_rule(config);
    case VardiffKind::kMiningcore:
      return make_miningcore_rule(config);
    case VardiffKind::kSv2Classic:
      return make_sv2_classic_rule(config);
    case VardiffKind::kOptimum:
      return make_optimum_rule(config);
  }
  AICMP_ASSERT(!"a kind of rule");
}

}  // namespace aicmp
