#include "sim/pool/pool.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/base/error.hpp"

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

namespace {

std::unique_ptr<ShareSource> make_source(const PoolConfig& config, std::size_t miners,
                                         Fidelity fidelity, const WorldKey& key) {
  DifficultyControl control;
  if (const auto kind = vardiff_kind(config.difficulty_rule)) {
    VardiffConfig rule = config.vardiff;
    rule.kind = *kind;
    control = {make_vardiff_rule(rule), rule.start_difficulty};
  }
  if (fidelity == Fidelity::kFlow) {
    return control.rule
               ? make_controlled_flow_source(miners, control, config.front_end.restart_s, key)
               : make_flow_share_source(miners, key);
  }
  return control.rule || config.front_end.enabled
             ? make_front_end_source(miners, config.front_end, control, key)
             : make_event_share_source(miners, key);
}

}  // namespace

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

Pool::Pool(const PoolConfig& config, PoolMiners miners_here, Fidelity fidelity, const WorldKey& key)
    : config_(config),
      base_hashes_per_s_(std::move(miners_here.hashes_per_s)),
      hashes_per_s_(base_hashes_per_s_),
      cumulative_(base_hashes_per_s_.size()),
      asked_difficulty_(std::move(miners_here.share_difficulty)),
      present_(base_hashes_per_s_.size(), 1.0),
      fidelity_(fidelity),
      shares_(make_source(config, miners(), fidelity, key)),
      monitor_(config.monitor, miners()),
      accounts_({schemes_of(config), config.payout, miners(), fidelity, key}),
      changes_(config.changes, config.notice_days),
      work_(miners(), 0.0),
      expected_sat_(miners(), 0.0) {
  AICMP_ASSERT(miners() > 0 && miners_here.latency_s.size() == miners());
  asked_difficulty_.resize(miners(), 0.0);
  update_hash_rates();
  rates_.latency_s = std::move(miners_here.latency_s);
  rates_.grace_s = config.stale_grace_s;
}

void Pool::update_hash_rates() {
  double sum = 0.0;
  for (std::size_t i = 0; i < miners(); ++i) {
    hashes_per_s_[i] = present_[i] * factor_ * base_hashes_per_s_[i];
    cumulative_[i] = sum += hashes_per_s_[i];
  }
  total_hashes_per_s_ = sum;
}

double Pool::wanted_difficulty(std::size_t miner) const {
  if (asked_difficulty_[miner] > 0.0) return asked_difficulty_[miner];
  return config_.difficulty_rule == ShareDifficultyRule::kTargetRate
             ? hashes_per_s_[miner] / kHashesPerWork * 60.0 / config_.target_shares_per_min
             : config_.share_difficulty;
}

void Pool::update_rates(Time now) {
  std::vector<double> difficulty(miners());
  rates_.shares_per_s.resize(miners());
  rates_.work_per_s.resize(miners());
  rates_.network_difficulty = difficulty_;
  for (std::size_t i = 0; i < miners(); ++i) {
    const double work_per_s = hashes_per_s_[i] / kHashesPerWork;
    difficulty[i] = std::min(wanted_difficulty(i), difficulty_);
    rates_.work_per_s[i] = work_per_s;
    rates_.shares_per_s[i] = share_rate(work_per_s, difficulty[i], difficulty_);
  }
  rates_.difficulty = std::make_shared<const std::vector<double>>(std::move(difficulty));
  fastest_shares_per_s_ = *std::max_element(rates_.shares_per_s.begin(), rates_.shares_per_s.end());
  shares_->set_rates(now, rates_);
}

void Pool::scale(Time now, double factor) {
  flush(now);
  factor_ = factor;
  update_hash_rates();
  if (difficulty_ > 0.0) update_rates(now);
}

void Pool::set_present(Time now, std::vector<double> parts) {
  flush(now);
  present_ = std::move(parts);
  update_hash_rates();
  update_rates(now);
}

void Pool::on_network(Time now, double difficulty, Satoshi subsidy) {
  if (difficulty_ > 0.0) flush(now);
  difficulty_ = difficulty;
  subsidy_ = subsidy;
  update_rates(now);
  accounts_.on_network(now, difficulty, subsidy);
}

void Pool::expect_fees(Satoshi mean_block_fees) {
  expected_fees_ = mean_block_fees;
}

std::uint32_t Pool::miner_at(double uniform) const {
  const auto it =
      std::upper_bound(cumulative_.begin(), cumulative_.end(), uniform * cumulative_.back());
  return static_cast<std::uint32_t>(
      std::min(it - cumulative_.begin(), static_cast<std::ptrdiff_t>(miners()) - 1));
}

void Pool::deliver(const WorkBatch& batch) {
  const double sat_per_work =
      static_cast<double>((subsidy_ + expected_fees_).value()) / difficulty_;
  double total = 0.0;
  batch.for_each([&](std::uint32_t miner, std::int64_t, double work) {
    work_[miner] += work;
    expected_sat_[miner] += work * sat_per_work;
    total += work;
  });
  expected_blocks_ += total / difficulty_;
  accounts_.on_work(batch);
}

void Pool::flush(Time now) {
  while (flushed_ < now) {
    const WorkBatch batch = shares_->take(now);
    deliver(batch);
    flushed_ = batch.end;
  }
}

void Pool::new_tip(Time now) {
  // Single shares must be judged by the tip of their time, so they are drawn up to it; flow counts
  // need only the waits between tips, but must not grow out of their type.
  constexpr double kManyShares = 0x1p29;
  const double shares = fastest_shares_per_s_ * (now - flushed_).in_seconds();
  if (fidelity_ == Fidelity::kShare || shares > kManyShares) flush(now);
  shares_->new_tip(now);
  accounts_.on_template({now, true, Satoshi(0)});
}

std::vector<Notice> Pool::watch(Time now) {
  flush(now);
  return monitor_.look(now, {work_, *shares_, difficulty_});
}

void Pool::deliver_finders_share(Time now, std::uint32_t finder) {
  flush(now);
  monitor_.count_block(finder);
  deliver(shares_->accept_one(now, finder));
}

void Pool::win(const PoolBlock& block) {
  deliver_finders_share(block.time, block.finder);
  accounts_.on_block(block);
}

void Pool::decide(Time now, const Decision& decision) {
  flush(now);
  accounts_.record(now, decision);
  switch (decision.parameter) {
    case Parameter::kFee:
    case Parameter::kEta:
      changes_.add({now.in_days(), decision.scheme,
                    decision.parameter == Parameter::kFee ? Term::kFee : Term::kEta, decision.after,
                    decision.reason});
      break;
    case Parameter::kShareDifficulty:
      config_.share_difficulty = decision.after;
      update_rates(now);
      break;
    case Parameter::kForecast:
    case Parameter::kLostBlocks:
      break;
  }
}

std::vector<TermsChange> Pool::change_terms(Time now) {
  std::vector<TermsChange> due = changes_.take_due(now);
  for (const TermsChange& change : due) accounts_.change_terms(now, change);
  return due;
}

void Pool::win_stale(Time now, std::uint32_t finder) {
  deliver_finders_share(now, finder);
}

void Pool::lose(const PoolBlock& block) {
  accounts_.on_orphan(block);
}

void Pool::mature(std::int64_t height) {
  accounts_.mature(height);
}

void Pool::end_day(Time now, Satoshi mean_block_fees) {
  flush(now);
  accounts_.on_day(now, mean_block_fees);
}

std::vector<PayoutBatch> Pool::settle(Time now) {
  flush(now);
  return accounts_.settle(now);
}

void Pool::forfeit(Time now, std::uint32_t miner, const std::string& reason) {
  flush(now);
  accounts_.forfeit(now, miner, reason);
}

void Pool::pay_dividends(Time now) {
  flush(now);
  accounts_.pay_dividends(now);
}

void Pool::close_ledger(Time now) {
  flush(now);
  accounts_.close_ledger(now);
}

}  // namespace aicmp
