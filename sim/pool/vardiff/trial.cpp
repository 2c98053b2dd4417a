#include "sim/pool/vardiff/trial.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/base/units.hpp"

namespace aicmp {
namespace {

constexpr double kMany = 8.0;  // times the shares that matter

class Run {
 public:
  Run(const VardiffRule& rule, const TrialPlan& plan, Rng& rng, VardiffTrial& trial)
      : rule_(rule),
        plan_(plan),
        rng_(rng),
        trial_(trial),
        state_(rule.start(plan.start_difficulty, 0.0)),
        difficulty_(state_.difficulty) {
    set_rate();
  }

  void run() {
    double next_poll = rule_.poll_s();
    while (now_s_ < plan_.duration_s) {
      double until = std::min({next_poll, next_step_s(), acts_s_, plan_.duration_s});
      if (rule_.reads_times()) {
        until = shares_one_by_one(until);
      } else {
        shares_at_once(until);
      }
      go_to(until);
      if (until == acts_s_) act();
      if (until == next_poll) {
        next_poll += rule_.poll_s();
        apply(rule_.on_poll(state_, now_s_));
      }
      if (until == next_step_s()) {
        ++step_;
        set_rate();
      }
    }
    trial_.final_difficulty = state_.difficulty;
    const double measured_s = plan_.duration_s - plan_.measure_from_s;
    trial_.log_difficulty /= measured_s;
    trial_.log_difficulty_squared /= measured_s;
  }

 private:
  double next_step_s() const {
    return step_ + 1 < plan_.hash.size() ? plan_.hash[step_ + 1].from_s : plan_.duration_s + 1.0;
  }

  void set_rate() {
    const double hashes_per_s = plan_.hash[step_].hashes_per_s;
    rate_ = hashes_per_s / (difficulty_ * kHashesPerWork);
    log_difficulty_ = hashes_per_s > 0.0 ? std::log(difficulty_ / hashes_per_s) : 0.0;
  }

  /// Until a time, or until a change acts before it; returns which.
  double shares_one_by_one(double until) {
    for (;;) {
      until = std::min(until, acts_s_);
      const Lull lull = rule_.lull(state_);
      const double end = std::min(lull.until_s, until);
      if (rate_ * (end - now_s_) > kMany * static_cast<double>(lull.latest + 1)) {
        skip_to(end, lull.latest);
        continue;
      }
      // The part of a unit exponential that is left, whatever the rate was meanwhile.
      const double next_s = now_s_ + left_ / rate_;
      if (!(next_s < until)) {
        left_ -= rate_ * (until - now_s_);
        return until;
      }
      go_to(next_s);
      left_ = exponential(rng_);
      count(1.0);
      apply(rule_.on_share(state_, now_s_, difficulty_));
    }
  }

  /// The latest shares before `end`, seen from there, have exponential gaps as well.
  void skip_to(double end, std::int64_t latest) {
    times_.clear();
    double time_s = end;
    while (static_cast<std::int64_t>(times_.size()) < latest) {
      time_s -= exponential(rng_) / rate_;
      if (time_s <= now_s_) break;
      times_.push_back(time_s);
    }
    const std::int64_t others = poisson(rng_, rate_ * std::max(0.0, time_s - now_s_));
    count(static_cast<double>(others));
    rule_.leave_out(state_, others);
    for (auto it = times_.rbegin(); it != times_.rend(); ++it) {
      go_to(*it);
      count(1.0);
      apply(rule_.on_share(state_, now_s_, difficulty_));
    }
    go_to(end);
    left_ = exponential(rng_);
  }

  void shares_at_once(double until) {
    const std::int64_t shares = poisson(rng_, rate_ * (until - now_s_));
    count(static_cast<double>(shares));
    apply(rule_.on_shares(state_, shares, now_s_, until, difficulty_));
  }

  void count(double shares) {
    if (now_s_ >= plan_.measure_from_s) trial_.shares += shares;
  }

  void go_to(double time_s) {
    const double measured_s = time_s - std::max(now_s_, plan_.measure_from_s);
    if (measured_s > 0.0) {
      trial_.log_difficulty += measured_s * log_difficulty_;
      trial_.log_difficulty_squared += measured_s * log_difficulty_ * log_difficulty_;
    }
    now_s_ = time_s;
  }

  void apply(const std::optional<DifficultyChange>& change) {
    if (!change) return;
    trial_.changes_s.push_back(now_s_);
    if (now_s_ >= plan_.measure_from_s) ++trial_.changes;
    acts_s_ = std::min(acts_s_, now_s_ + plan_.delay_s);
    if (acts_s_ <= now_s_) act();
  }

  void act() {
    acts_s_ = INFINITY;
    difficulty_ = state_.difficulty;
    set_rate();
  }

  const VardiffRule& rule_;
  const TrialPlan& plan_;
  Rng& rng_;
  VardiffTrial& trial_;
  VardiffState state_;
  double difficulty_;         // that the miner works on
  double acts_s_ = INFINITY;  // the next change
  std::size_t step_ = 0;
  double now_s_ = 0.0;
  double rate_ = 0.0;
  double log_difficulty_ = 0.0;
  double left_ = exponential(rng_);
  std::vector<double> times_;
};

}  // namespace

void run_trial(const VardiffRule& rule, const TrialPlan& plan, Rng& rng, VardiffTrial& trial) {
  trial.changes_s.clear();
  trial.shares = trial.log_difficulty = trial.log_difficulty_squared = trial.changes = 0.0;
  Run(rule, plan, rng, trial).run();
}

}  // namespace aicmp
