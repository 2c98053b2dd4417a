#include <algorithm>
#include <deque>

#include "sim/pool/share_source.hpp"

namespace aicmp {
namespace {

constexpr double kSlowestPollS = 60.0;  // of rules that decide at shares alone

/// Wraps the source of counts at given rates: sets these at every poll.
class ControlledFlowSource final : public ShareSource {
 public:
  ControlledFlowSource(std::size_t miners, const DifficultyControl& control, double restart_s,
                       const WorldKey& key)
      : ShareSource(miners),
        control_(control),
        restart_s_(restart_s),
        poll_(Time::seconds(std::min(control.rule->poll_s(), kSlowestPollS))),
        next_poll_(poll_),
        inner_(make_flow_share_source(miners, key)),
        seen_(miners, 0),
        restarts_s_(miners, 0.0) {
    for (std::size_t i = 0; i < miners; ++i) {
      states_.push_back(control.rule->start(control.start_difficulty, 0.0));
    }
  }

  void set_rates(Time now, ShareRates rates) override {
    rates_ = std::move(rates);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      states_[i].bound(rates_.work_per_s[i], rates_.network_difficulty);
      states_[i].rtt_s = rates_.latency_s[i];
    }
    set_inner_rates(now);
  }

  void new_tip(Time now) override { tips_.push_back(now); }

  WorkBatch take(Time until) override {
    // The pool tells of a block before it takes the shares up to it; polls come in between.
    const bool to_tip = !tips_.empty() && tips_.front() <= std::min(until, next_poll_);
    const Time end = to_tip ? tips_.front() : std::min(until, next_poll_);
    WorkBatch batch = inner_->take(end);
    if (to_tip) {
      inner_->new_tip(end);
      tips_.pop_front();
    }
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      seen_[i] += batch.counts[i];
      counts_.accepted[i] += batch.counts[i];
    }
    if (inner_->counts().stale != counts_.stale) tell_of_stales();
    if (batch.end == next_poll_) poll(batch.end);
    return batch;
  }

 private:
  void set_inner_rates(Time now) {
    ShareRates rates = rates_;
    std::vector<double> difficulty(states_.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
      difficulty[i] = states_[i].difficulty;
      const double working = 1.0 - restarts_s_[i] / poll_.in_seconds();
      rates.shares_per_s[i] =
          std::max(0.0, working) *
          share_rate(rates_.work_per_s[i], difficulty[i], rates_.network_difficulty);
    }
    rates_.difficulty = rates.difficulty =
        std::make_shared<const std::vector<double>>(std::move(difficulty));
    inner_->set_rates(now, std::move(rates));
    ++era_;
  }

  void tell_of_stales() {
    const std::vector<std::int64_t>& stale = inner_->counts().stale;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const std::int64_t more = stale[i] - counts_.stale[i];
      if (more > 0) control_.rule->on_refused(states_[i], more, 0);
    }
    counts_.stale = stale;
  }

  void poll(Time now) {
    const double begin_s = (now - poll_).in_seconds();
    const double end_s = now.in_seconds();
    bool changed = false;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      VardiffState& state = states_[i];
      auto change = control_.rule->on_shares(state, seen_[i], begin_s, end_s, state.difficulty);
      if (!change) change = control_.rule->on_poll(state, end_s);
      seen_[i] = 0;
      const double restart_s = change && change->clean_job ? restart_s_ : 0.0;
      changed = changed || change || restart_s != restarts_s_[i];
      restarts_s_[i] = restart_s;
      if (change) ++counts_.difficulty_changes[i];
    }
    next_poll_ += poll_;
    if (changed) set_inner_rates(now);
  }

  DifficultyControl control_;
  double restart_s_;
  Time poll_;
  Time next_poll_;
  std::unique_ptr<ShareSource> inner_;
  std::deque<Time> tips_;  // that the inner source has not come to
  std::vector<VardiffState> states_;
  std::vector<std::int64_t> seen_;  // accepted since the last poll
  std::vector<double> restarts_s_;  // lost until the next poll
};

}  // namespace

std::unique_ptr<ShareSource> make_controlled_flow_source(std::size_t miners,
                                                         const DifficultyControl& control,
                                                         double restart_s, const WorldKey& key) {
  return std::make_unique<ControlledFlowSource>(miners, control, restart_s, key);
}

}  // namespace aicmp
