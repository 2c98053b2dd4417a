#include <algorithm>
#include <cmath>

#include "sim/pool/vardiff/interval_ring.hpp"
#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kNompIntervals = 24;  // 4 * 90 s / 15 s

struct NompMemory {
  double last_share_s = -1.0;  // none yet
  double last_change_s = 0.0;
  IntervalRing<kNompIntervals> intervals;
};

/// NOMP node-stratum-pool, lib/varDiff.js: at a share, at least `retarget_s` after the last look.
/// Whole seconds there as here; intervals that sum to none count as one second between them.
class NompRule final : public RuleWithMemory<NompMemory> {
 public:
  explicit NompRule(const VardiffConfig& config)
      : RuleWithMemory(config.range),
        target_s_(60.0 / target_shares_per_min(config)),
        retarget_s_(config.retarget_s),
        variance_(config.variance) {}

  Lull lull(const VardiffState& state) const override {
    const auto& m = memory(state);
    if (m.last_share_s < 0.0) return {};
    return {m.last_change_s + retarget_s_, kNompIntervals + 1};
  }
  std::optional<DifficultyChange> on_share(VardiffState& state, double time_s,
                                           double) const override {
    NompMemory& m = memory(state);
    const double now_s = std::floor(time_s);
    if (m.last_share_s < 0.0) {
      m.last_share_s = now_s;
      m.last_change_s = now_s - 0.5 * retarget_s_;
      return {};
    }
    m.intervals.push(now_s - m.last_share_s);
    m.last_share_s = now_s;
    if (now_s - m.last_change_s < retarget_s_) return {};
    m.last_change_s = now_s;
    const double mean_s = std::max(m.intervals.sum(), 1.0) / m.intervals.count();
    if (std::abs(mean_s - target_s_) <= variance_ * target_s_) return {};
    m.intervals.clear();
    return change(state, state.difficulty * target_s_ / mean_s);
  }

 private:
  void begin(VardiffState& state, double) const override { set(state, {}); }

  double target_s_;
  double retarget_s_;
  double variance_;
};

}  // namespace

VardiffRulePtr make_nomp_rule(const VardiffConfig& config) {
  return std::make_unique<NompRule>(config);
}

}  // namespace aicmp
