#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/attack/connections.hpp"
#include "sim/attack/theft.hpp"
#include "sim/base/options.hpp"
#include "sim/pool/book.hpp"
#include "sim/pool/fee_average.hpp"
#include "sim/pool/front_end/front_end_config.hpp"
#include "sim/pool/monitor/monitor.hpp"
#include "sim/pool/scheme.hpp"
#include "sim/pool/terms_change.hpp"
#include "sim/pool/vardiff/rules.hpp"

namespace aicmp {

enum class ShareDifficultyRule {
  kFixed,       // one difficulty for everybody
  kTargetRate,  // so that each miner sends a target number of shares per minute
  // By connection, as these programs do; see vardiff/rules.hpp:
  kCkpool,
  kDatum,
  kPublicPool,
  kNomp,
  kMiningcore,
  kSv2Classic,
  kOptimum,
};

/// The rule that controls each connection by itself; none if everybody is told.
std::optional<VardiffKind> vardiff_kind(ShareDifficultyRule rule);

/// What the pool does about accounts that it takes for false identities: it keeps what they are
/// owed. Their owners open new ones, so that their work goes on.
struct DetectionConfig {
  double per_month = 0.0;               // hazard of a false identity
  double false_alarms_per_month = 0.0;  // hazard of an honest account
};

struct PoolConfig {
  ShareDifficultyRule difficulty_rule = ShareDifficultyRule::kTargetRate;
  double share_difficulty = 65536.0;
  double target_shares_per_min = 6.0;  // the Stratum V2 reference pool's default
  VardiffConfig vardiff;               // its kind is that of difficulty_rule
  FrontEndConfig front_end;
  MonitorConfig monitor;
  LoginConfig login;
  ConnectionConfig connections;
  bool encrypted = false;      // channels to miners, as in Stratum V2
  double stale_grace_s = 0.0;  // stale shares so soon after a new block are accepted
  double settlement_hours = 24.0;
  PayoutConfig payout;
  FeeAverageConfig fpps;
  std::vector<SchemeConfig> schemes;  // empty: eta:0.8, pps, pplns
  std::string paying;                 // name of the scheme that pays; empty: the first
  DetectionConfig detection;
  std::vector<TermsChange> changes;
  double notice_days = 14.0;  // from a change's announcement to its effect
};

/// Options `pool.*`, `[[pool.schemes]]` and `[[pool.changes]]`.
void add_options(OptionTable& table, PoolConfig& config);

/// Refuses schemes with parameters that they do not read, two schemes of one name, an unknown
/// paying one and changes of what no scheme has; ConfigError without a file.
void check(const PoolConfig& config);

/// The schemes that run: those configured, or eta:0.8, pps and pplns.
std::vector<SchemeConfig> schemes_of(const PoolConfig& config);

/// Whether shares have more fates than accepted and stale, or estimates follow from them.
bool tells_of_shares(const PoolConfig& config);

/// Names of the schemes in results, in order.
std::vector<std::string> scheme_names(const PoolConfig& config);

/// Index of the scheme that pays in truth, which is what choosing miners look at; the number of
/// schemes if there is none of that name.
std::size_t paying_scheme(const PoolConfig& config);

}  // namespace aicmp
