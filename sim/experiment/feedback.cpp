#include "sim/experiment/feedback.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace aicmp {
namespace {

constexpr double kLeastFeesBtc = 1e-8;
constexpr double kLeastFeeChange = 0.001;     // smaller ones are not worth a notice
constexpr double kLeastRelativeChange = 0.1;  // of 1 - eta and of the share difficulty
constexpr double kMostRelativeChange = 4.0;   // of the same, at one review

double step_towards(double from, double to, double step) {
  return std::clamp(to, from - step, from + step);
}

bool worth(double from, double to) {
  return std::abs(std::log(to / from)) >= std::log1p(kLeastRelativeChange);
}

}  // namespace

Feedback::Feedback(const FeedbackConfig& config, std::size_t miners, std::size_t accounts)
    : config_(config),
      forecast_(config),
      reviewed_expected_(miners, 0.0),
      reviewed_earned_(accounts, std::vector<Satoshi>(miners)) {}

void Feedback::decide(OperatorDecision decision) {
  decisions_.push_back(std::move(decision));
  ++decision_count_;
}

std::vector<OperatorDecision> Feedback::end_day(const OperatorView& view) {
  decisions_.clear();
  learn_fees(view);
  test_luck(view);
  if (++day_ % config_.review_days == 0) {
    review_luck(view);
    for (std::size_t i = 0; i < view.accounts.size(); ++i) {
      review_fee(view, view.accounts[i]);
      review_eta(view, i);
      const std::span<const Satoshi> earned = view.accounts[i].book.earned();
      reviewed_earned_[i].assign(earned.begin(), earned.end());
    }
    review_share_difficulty(view);
    reviewed_ = view.now;
    reviewed_shares_ = view.accepted_shares;
    reviewed_expected_.assign(view.expected_sat.begin(), view.expected_sat.end());
  }
  return decisions_;
}

void Feedback::learn_fees(const OperatorView& view) {
  const auto event = forecast_.add(std::log(std::max(kLeastFeesBtc, view.mean_fees_btc)));
  if (!event) return;
  decide({"", OperatorParameter::kForecast, static_cast<double>(event->before),
          static_cast<double>(event->after), event->reason});
}

void Feedback::test_luck(const OperatorView& view) {
  const auto blocks = static_cast<double>(view.blocks - seen_blocks_);
  const double expected = view.expected_blocks - seen_expected_;
  seen_blocks_ = view.blocks;
  seen_expected_ = view.expected_blocks;
  if (lost_ > 0.0) return;
  luck_.add_count(std::max(0.0, blocks), expected, 1.0 - config_.lost_blocks);
  if (luck_.value() == 0.0) {
    since_blocks_ = view.blocks;
    since_expected_ = view.expected_blocks;
  }
  if (luck_.value() < config_.alarm_threshold()) return;
  ++luck_alarms_;
  luck_.reset();
  const double found = static_cast<double>(view.blocks - since_blocks_);
  const double due = view.expected_blocks - since_expected_;
  set_lost(1.0 - found / due,
           fmt::format("{:g} blocks found where {:.1f} were expected", found, due));
}

/// After an alarm the estimate goes on; where the loss is within a standard error of none it ends.
void Feedback::review_luck(const OperatorView& view) {
  if (lost_ == 0.0) return;
  const double found = static_cast<double>(view.blocks - since_blocks_);
  const double due = view.expected_blocks - since_expected_;
  const double part = due - found > std::sqrt(due) ? 1.0 - found / due : 0.0;
  if (part > 0.0 && std::abs(part - lost_) < kLeastFeeChange) return;
  set_lost(part, fmt::format("{:g} blocks found where {:.1f} were expected", found, due));
}

void Feedback::set_lost(double part, std::string reason) {
  decide({"", OperatorParameter::kLostBlocks, lost_, part, std::move(reason)});
  lost_ = part;
}

void Feedback::review_fee(const OperatorView& view, const Account& account) {
  if (config_.ruin == 0.0 || account.scheme->miners_bear_luck() ||
      view.changes->waits(account.name, Term::kFee)) {
    return;
  }
  const double now = account.scheme->terms().fee;
  double reward_btc = view.subsidy_btc;
  // Others do not promise fees.
  if (account.config.kind == SchemeKind::kFpps) reward_btc += std::exp(forecast_.foretold());
  const double reserve_btc = account.book.reserve().btc();
  const double risk = reserve_btc > 0.0
                          ? reward_btc * std::log(1.0 / config_.ruin) / (2.0 * reserve_btc)
                          : config_.fee_max;
  const double fee = std::clamp(step_towards(now, risk + lost_, config_.fee_step), config_.fee_min,
                                config_.fee_max);
  if (std::abs(fee - now) < kLeastFeeChange) return;
  decide({account.name, OperatorParameter::kFee, now, fee,
          fmt::format("reserve {:.1f} BTC, reward {:.3f} BTC a block, {:.1f} % of blocks lost: "
                      "{:.2f} % would do",
                      reserve_btc, reward_btc, 100.0 * lost_, 100.0 * (risk + lost_))});
}

void Feedback::review_eta(const OperatorView& view, std::size_t index) {
  const Account& account = view.accounts[index];
  if (config_.top_fee == 0.0 || !scheme_reads(account.config, "eta") ||
      view.changes->waits(account.name, Term::kEta)) {
    return;
  }
  std::vector<double> work(view.expected_sat.begin(), view.expected_sat.end());
  for (std::size_t i = 0; i < work.size(); ++i) work[i] -= reviewed_expected_[i];
  std::vector<std::size_t> order(work.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return work[a] > work[b]; });

  double all_work = 0.0;
  double all_pay = 0.0;
  double top_work = 0.0;
  double top_pay = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const std::size_t miner = order[rank];
    const auto pay = static_cast<double>(
        (account.book.earned()[miner] - reviewed_earned_[index][miner]).value());
    all_work += work[miner];
    all_pay += pay;
    if (10 * rank >= order.size()) continue;
    top_work += work[miner];
    top_pay += pay;
  }
  if (all_pay <= 0.0 || top_work <= 0.0) return;
  const double top_fee = 1.0 - top_pay / top_work * all_work / all_pay;
  const double now = account.scheme->terms().eta;
  const double factor = std::clamp(config_.top_fee / std::max(top_fee, 1e-9),
                                   1.0 / kMostRelativeChange, kMostRelativeChange);
  const double eta = std::clamp(1.0 - (1.0 - now) * factor, config_.eta_min, config_.eta_max);
  if (eta == now || (now < 1.0 && eta < 1.0 && !worth(1.0 - now, 1.0 - eta))) return;
  decide({account.name, OperatorParameter::kEta, now, eta,
          fmt::format("the largest tenth paid {:.2f} % more than all, {:.2f} % is meant",
                      100.0 * top_fee, 100.0 * config_.top_fee)});
}

void Feedback::review_share_difficulty(const OperatorView& view) {
  const std::int64_t shares = view.accepted_shares - reviewed_shares_;
  if (config_.shares_per_s == 0.0 || shares == 0) return;
  const double rate = static_cast<double>(shares) / (view.now - reviewed_).in_seconds();
  const double now = view.share_difficulty;
  const double factor =
      std::clamp(rate / config_.shares_per_s, 1.0 / kMostRelativeChange, kMostRelativeChange);
  const double difficulty =
      std::clamp(now * factor, config_.share_difficulty_min, config_.share_difficulty_max);
  if (!worth(now, difficulty)) return;
  decide(
      {"", OperatorParameter::kShareDifficulty, now, difficulty,
       fmt::format("{:.3g} shares a second came, {:.3g} are meant", rate, config_.shares_per_s)});
}

}  // namespace aicmp
