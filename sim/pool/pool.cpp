#include "sim/pool/pool.hpp"

#include <algorithm>

#include "sim/base/error.hpp"

namespace aicmp {
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

void Pool::decide(Time now, const OperatorDecision& decision) {
  flush(now);
  accounts_.record(now, decision);
  switch (decision.parameter) {
    case OperatorParameter::kFee:
    case OperatorParameter::kEta:
      changes_.add({now.in_days(), decision.scheme,
                    decision.parameter == OperatorParameter::kFee ? Term::kFee : Term::kEta,
                    decision.after, decision.reason});
      break;
    case OperatorParameter::kShareDifficulty:
      config_.share_difficulty = decision.after;
      update_rates(now);
      break;
    case OperatorParameter::kForecast:
    case OperatorParameter::kLostBlocks:
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
