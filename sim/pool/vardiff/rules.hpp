#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/pool/vardiff/share_cost.hpp"
#include "sim/pool/vardiff/vardiff.hpp"

namespace aicmp {

enum class VardiffKind {
  kFixed,
  kCkpool,
  kDatum,
  kPublicPool,
  kNomp,
  kMiningcore,
  kSv2Classic,
  kOptimum,
};

/// Parameters of a rule; each reads those that its definition names.
struct VardiffConfig {
  VardiffKind kind = VardiffKind::kCkpool;
  double shares_per_min = 0.0;      // target; 0: the program's own default
  double start_difficulty = 16384;  // of a new connection
  DifficultyRange range;
  double retarget_s = 90.0;   // nomp, miningcore: least time between changes
  double variance = 0.3;      // nomp, miningcore: tolerated deviation of the mean interval
  double decide_shares = 24;  // optimum: shares that a decision takes
  double band = 0.35;         // optimum: tolerated |ln(difficulty / best)|
  ShareCost cost;             // optimum
  /// manifest.json of a policy bundle for AICMP/ShareDifficulty-v0, which decides instead of
  /// `kind`.
  std::string bundle;
};

/// A rule by the name of the program that it is the rule of.
struct VardiffEntry {
  VardiffKind kind;
  std::string_view name;
  double shares_per_min;  // default target; 0: the rule has none
  std::string_view help;
};

/// All rules, in the order of VardiffKind.
const std::vector<VardiffEntry>& vardiff_entries();
const VardiffEntry& vardiff_entry(VardiffKind kind);
/// Throws ConfigError that lists the names.
VardiffKind vardiff_kind(std::string_view name);

/// Options `<prefix>.rule_parameter` of all that VardiffConfig holds but the kind.
void add_options(OptionTable& table, VardiffConfig& config, const std::string& prefix);

/// Refuses a range that is empty; ConfigError with a key under `prefix`.
void check(const VardiffConfig& config, const std::string& prefix);

/// The share rate that the rule aims at, per minute; 0 if it has no target.
double target_shares_per_min(const VardiffConfig& config);

/// Throws ConfigError or IoError if the bundle is refused.
std::unique_ptr<const VardiffRule> make_vardiff_rule(const VardiffConfig& config);

}  // namespace aicmp
