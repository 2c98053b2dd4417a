#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/experiment/feedback_config.hpp"
#include "sim/experiment/watched_forecast.hpp"
#include "sim/pool/accounts.hpp"
#include "sim/pool/decision.hpp"
#include "sim/pool/monitor/cusum.hpp"

namespace aicmp {

/// What the operator sees at the end of a day. Totals are since the start.
struct OperatorView {
  Time now;
  double mean_fees_btc = 0.0;  // of the day's blocks
  double subsidy_btc = 0.0;
  std::int64_t blocks = 0;  // of the pool, on the best chain
  double expected_blocks = 0.0;
  std::int64_t accepted_shares = 0;
  double share_difficulty = 0.0;         // under rule fixed
  std::span<const double> expected_sat;  // of accepted work, by miner
  std::span<const Account> accounts;
  const ChangeSchedule* changes = nullptr;
};

/// The operator's loop. Every day: fees are foretold and the forecaster watched, the pool's luck is
/// tested. Every review, from what was learnt:
/// - the fee of schemes whose operator bears the luck, by the ruin of a reserve R under rewards B,
///   fee = B log(1 / ruin) / (2 R) + lost blocks (Rosenfeld 2011; the diffusion limit);
/// - eta, in proportion to what the largest tenth paid for it since the last review;
/// - the share difficulty, in proportion to the shares that came.
/// All within the bounds of the config; nothing is known to it that a pool does not see.
class Feedback {
 public:
  Feedback(const FeedbackConfig& config, std::size_t miners, std::size_t accounts);

  /// What the operator decides, in order.
  std::vector<OperatorDecision> end_day(const OperatorView& view);

  const WatchedForecast& forecast() const { return forecast_; }
  std::int64_t luck_alarms() const { return luck_alarms_; }
  std::int64_t decisions() const { return decision_count_; }

 private:
  void decide(OperatorDecision decision);
  void learn_fees(const OperatorView& view);
  void test_luck(const OperatorView& view);
  void review_luck(const OperatorView& view);
  void set_lost(double part, std::string reason);
  void review_fee(const OperatorView& view, const Account& account);
  void review_eta(const OperatorView& view, std::size_t index);
  void review_share_difficulty(const OperatorView& view);

  FeedbackConfig config_;
  std::vector<OperatorDecision> decisions_;
  std::int64_t decision_count_ = 0;
  std::int64_t day_ = 0;
  WatchedForecast forecast_;  // of the log of mean fees in BTC

  Cusum luck_;
  std::int64_t luck_alarms_ = 0;
  double lost_ = 0.0;  // part of the blocks, as far as the test has spoken
  std::int64_t seen_blocks_ = 0;
  double seen_expected_ = 0.0;
  std::int64_t since_blocks_ = 0;  // at the last day on which luck was nothing special
  double since_expected_ = 0.0;

  Time reviewed_;
  std::int64_t reviewed_shares_ = 0;
  std::vector<double> reviewed_expected_;
  std::vector<std::vector<Satoshi>> reviewed_earned_;  // by account
};

}  // namespace aicmp
