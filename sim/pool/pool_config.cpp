#include "sim/pool/pool_config.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"
#include "sim/pool/accounts.hpp"

namespace aicmp {

std::vector<SchemeConfig> schemes_of(const PoolConfig& config) {
  if (!config.schemes.empty()) return config.schemes;
  return {parse_scheme("eta:0.8"), parse_scheme("pps"), parse_scheme("pplns")};
}

bool tells_of_shares(const PoolConfig& config) {
  return config.front_end.enabled || config.monitor.enabled ||
         vardiff_kind(config.difficulty_rule).has_value();
}

std::vector<std::string> scheme_names(const PoolConfig& config) {
  std::vector<std::string> names;
  for (const SchemeConfig& scheme : schemes_of(config)) names.push_back(account_name(scheme));
  return names;
}

std::size_t paying_scheme(const PoolConfig& config) {
  const std::vector<std::string> names = scheme_names(config);
  const auto found = std::find(names.begin(), names.end(), config.paying);
  return config.paying.empty() ? 0 : static_cast<std::size_t>(found - names.begin());
}

std::optional<VardiffKind> vardiff_kind(ShareDifficultyRule rule) {
  switch (rule) {
    case ShareDifficultyRule::kFixed:
    case ShareDifficultyRule::kTargetRate:
      return {};
    case ShareDifficultyRule::kCkpool:
      return VardiffKind::kCkpool;
    case ShareDifficultyRule::kDatum:
      return VardiffKind::kDatum;
    case ShareDifficultyRule::kPublicPool:
      return VardiffKind::kPublicPool;
    case ShareDifficultyRule::kNomp:
      return VardiffKind::kNomp;
    case ShareDifficultyRule::kMiningcore:
      return VardiffKind::kMiningcore;
    case ShareDifficultyRule::kSv2Classic:
      return VardiffKind::kSv2Classic;
    case ShareDifficultyRule::kOptimum:
      return VardiffKind::kOptimum;
  }
  return {};
}

void add_options(OptionTable& table, PoolConfig& config) {
  std::vector<std::pair<std::string, ShareDifficultyRule>> rules = {
      {"fixed", ShareDifficultyRule::kFixed}, {"target_rate", ShareDifficultyRule::kTargetRate}};
  for (int rule = static_cast<int>(ShareDifficultyRule::kCkpool);
       rule <= static_cast<int>(ShareDifficultyRule::kOptimum); ++rule) {
    const auto value = static_cast<ShareDifficultyRule>(rule);
    rules.emplace_back(vardiff_entry(*vardiff_kind(value)).name, value);
  }
  table.add_choice("pool.share_difficulty_rule", config.difficulty_rule, rules,
                   "One share difficulty for everybody; one per miner for a target share rate, "
                   "known at once; or a controller per connection, as in the program of that name "
                   "(optimum: least cost). In flow fidelity these act once a poll.");
  table.add("pool.share_difficulty", config.share_difficulty, "difficulty-1 shares",
            {.min = 0.0, .max = 1e18, .min_open = true}, "Rule fixed: difficulty of every share.");
  table.add("pool.target_shares_per_min", config.target_shares_per_min, "shares/min",
            {.min = 0.0, .max = 6e4, .min_open = true}, "Rule target_rate: shares of each miner.");
  add_options(table, config.vardiff, "pool.vardiff");
  add_options(table, config.front_end);
  add_options(table, config.monitor);
  add_options(table, config.connections);
  add_options(table, config.login);
  table.add(
      "pool.encrypted", config.encrypted,
      "Channels to miners are encrypted, as in Stratum V2: nobody on the way can change work.");
  table.add("pool.stale_grace_s", config.stale_grace_s, "s", Limits::between(0.0, 600.0),
            "Shares for an old block are accepted so long after a new one; they find no block, so "
            "that under PPS they are a gift of the operator.");
  add_options(table, config.fpps, "pool.fpps");
  table.add("pool.settlement_hours", config.settlement_hours, "h",
            {.min = 0.0, .max = 8760.0, .min_open = true}, "Time between payouts.");
  table.add("pool.reserve_btc", config.payout.reserve_btc, "BTC", Limits::between(0.0, 21e6),
            "Operator's own money at the start, per scheme.");
  table.add("pool.payout.threshold_btc", config.payout.threshold_btc, "BTC",
            Limits::between(0.0, 21e6), "Smaller balances are carried to the next settlement.");
  table.add("pool.payout.transaction_fee_sat_per_vb", config.payout.transaction_fee_sat_per_vb,
            "sat/vB", Limits::between(0.0, 1e6),
            "Fee rate of payout transactions, paid by the pool.");
  table.add("pool.payout.outputs_per_transaction", config.payout.outputs_per_transaction, "",
            Limits::between(1.0, 2500.0), "Miners paid by one transaction.");
  table.add("pool.payout.maturity_blocks", config.payout.maturity_blocks, "blocks",
            Limits::between(0.0, 10000.0), "Confirmations before a block's parts can be paid.");
  table.add("pool.dividend.part", config.payout.dividend, "", Limits::between(0.0, 1.0),
            "Part of its surplus that a scheme's operator pays out at each dividend; 0: never.");
  table.add("pool.dividend.days", config.payout.dividend_days, "d",
            {.min = 0.0, .max = 36500.0, .min_open = true}, "Time between dividends.");
  table.add("pool.dividend.keeps_btc", config.payout.dividend_keeps_btc, "BTC",
            Limits::between(0.0, 21e6),
            "Surplus is what reserve and spendable money hold beyond this.");
  table.add("pool.detection.per_month", config.detection.per_month, "1/month",
            Limits::between(0.0, 1e6),
            "Hazard at which an account beyond its miner's first is found to be a false identity "
            "and forfeits what it is owed.");
  table.add("pool.detection.false_alarms_per_month", config.detection.false_alarms_per_month,
            "1/month", Limits::between(0.0, 1e6),
            "The same of accounts that are no false identities.");
  table.add("pool.notice_days", config.notice_days, "d", Limits::between(0.0, 3650.0),
            "A change of terms holds from the pool's first block this long after it is announced.");
  table.add_tables<TermsChange>("pool.changes", config.changes, add_options,
                                "Changes of a scheme's fee or eta, announced in advance.");
  table.add_tables("pool.schemes", config.schemes,
                   static_cast<void (*)(OptionTable&, SchemeConfig&)>(add_options),
                   "Reward schemes, run side by side on the same shares and blocks. "
                   "Without any: eta:0.8, pps, pplns.");
  table.add("pool.paying", config.paying,
            "Name of the scheme that pays in truth, by which choosing miners go; empty: the first. "
            "compare and sweep let each pay in a world of its own.");
}

void check(const PoolConfig& config) {
  for (std::size_t i = 0; i < config.schemes.size(); ++i) {
    check_scheme(config.schemes[i], fmt::format("pool.schemes[{}].", i));
  }
  const std::vector<std::string> names = scheme_names(config);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) ==
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    throw ConfigError({}, "pool.schemes[" + std::to_string(i) + "].name",
                      "two schemes are called '" + names[i] + "'", "distinct names");
  }
  if (paying_scheme(config) == names.size()) {
    throw ConfigError({}, "pool.paying", "no scheme is called '" + config.paying + "'",
                      fmt::format("{}", fmt::join(names, ", ")));
  }
  check_changes(config.changes, schemes_of(config));
  check(config.vardiff, "pool.vardiff");
}

}  // namespace aicmp
