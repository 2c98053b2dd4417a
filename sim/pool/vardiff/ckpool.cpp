#include <algorithm>
#include <cmath>

#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr double kAverageS = 300.0;
constexpr double kWaitS = 240.0;  // or as many shares as it should bring
constexpr double kLow = 0.5;      // 0.15 of 0.3 shares/s
constexpr double kHigh = 4.0 / 3.0;
constexpr double kLongest = 36.0;    // time constants
constexpr double kShortestS = 1e-3;  // clock resolution that times are bounded by

struct CkpoolMemory {
  double work_per_s = 0.0;      // decaying average of accepted difficulty
  double first_share_s = -1.0;  // none yet
  double last_share_s = 0.0;
  double last_change_s = 0.0;
  double shares = 0.0;  // since the last change
};

/// ckpool, stratifier.c (add_submit, decay_time, time_bias), unchanged from 2017 to 2025: after
/// 240 s or the shares due in them, at every share, the difficulty becomes 1 / target of the
/// average if that is off by more than the band.
class CkpoolRule final : public RuleWithMemory<CkpoolMemory> {
 public:
  CkpoolRule(const DifficultyRange& range, double shares_per_min)
      : RuleWithMemory(range), shares_per_s_(shares_per_min / 60.0) {}

  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double difficulty) const override {
    CkpoolMemory& m = memory(state);
    if (m.first_share_s < 0.0) {
      m.first_share_s = m.last_share_s = m.last_change_s = now_s;
      m.shares = 1.0;
      return {};
    }
    decay(m.work_per_s, difficulty, std::max(now_s - m.last_share_s, kShortestS));
    m.last_share_s = now_s;
    ++m.shares;
    if (m.shares < kWaitS * shares_per_s_ && now_s - m.last_change_s < kWaitS) return {};
    if (difficulty != state.difficulty) {
      m.shares = 0.0;  // the last change has not reached the miner yet
      return {};
    }
    const double known = std::max(now_s - m.first_share_s, kShortestS) / kAverageS;
    const double work_per_s = m.work_per_s / -std::expm1(-std::min(known, kLongest));
    const double pace = work_per_s / state.difficulty / shares_per_s_;
    if (pace > kLow && pace < kHigh) return {};
    const double wanted = work_per_s / shares_per_s_;
    if (wanted < state.difficulty && m.shares == 1.0) {
      m.last_change_s = now_s;  // it may just be back from elsewhere
      return {};
    }
    auto made = change(state, wanted >= 1.0 ? std::round(wanted) : wanted);
    if (made) {
      m.shares = 0.0;
      m.last_change_s = now_s;
    }
    return made;
  }

 private:
  void begin(VardiffState& state, double) const override { set(state, {}); }

  /// ckpool's own average, which is not quite an exponential one: it reads 1.016 of the truth at
  /// .3 shares/s and 1.315 at .01.
  static void decay(double& average, double work, double elapsed_s) {
    const double fresh = -std::expm1(-std::min(elapsed_s / kAverageS, kLongest));
    average = (average + work / elapsed_s * fresh) / (1.0 + fresh);
  }

  double shares_per_s_;
};

}  // namespace

VardiffRulePtr make_ckpool_rule(const VardiffConfig& config) {
  return std::make_unique<CkpoolRule>(config.range, target_shares_per_min(config));
}

}  // namespace aicmp
