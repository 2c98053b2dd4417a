#include <cmath>
#include <limits>

#include "sim/pool/vardiff/interval_ring.hpp"
#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kMiningcoreIntervals = 10;
constexpr double kSweepS = 30.0;
constexpr double kMarginS = 1.0;  // so that a sweep is not missed by a fraction of a second

struct MiningcoreMemory {
  double last_s = 0.0;  // share, or idle update
  double last_change_s = -std::numeric_limits<double>::infinity();
  bool begun = false;  // a share or an idle update came
  IntervalRing<kMiningcoreIntervals> intervals;
};

/// miningcore, VarDiffManager.cs: as NOMP, with the present interval counted in and ten before it;
/// and a sweep that lowers the difficulty of connections that were silent for `retarget_s`.
class MiningcoreRule final : public RuleWithMemory<MiningcoreMemory> {
 public:
  explicit MiningcoreRule(const VardiffConfig& config)
      : RuleWithMemory(config.range),
        target_s_(60.0 / target_shares_per_min(config)),
        retarget_s_(config.retarget_s),
        variance_(config.variance) {}

  double poll_s() const override { return kSweepS; }

  Lull lull(const VardiffState& state) const override {
    const auto& m = memory(state);
    if (!m.begun) return {};
    return {m.last_change_s + retarget_s_, kMiningcoreIntervals + 1};
  }
  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double) const override {
    MiningcoreMemory& m = memory(state);
    if (!m.begun) {
      m.begun = true;
      m.last_s = m.last_change_s = now_s;
      return {};
    }
    const double since_s = now_s - m.last_s;
    const double mean_s = mean_with(m, since_s);
    m.intervals.push(since_s);
    m.last_s = now_s;
    if (now_s - m.last_change_s < retarget_s_ ||
        std::abs(mean_s - target_s_) <= variance_ * target_s_) {
      return {};
    }
    return retarget(state, now_s, mean_s);
  }

  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    MiningcoreMemory& m = memory(state);
    const double since_s = now_s - m.last_s;
    if (since_s + kMarginS < retarget_s_) return {};
    m.begun = true;
    m.last_s = now_s;
    return retarget(state, now_s, mean_with(m, since_s));
  }

 private:
  void begin(VardiffState& state, double now_s) const override {
    set(state, {.last_s = now_s, .intervals = {}});
  }

  static double mean_with(const MiningcoreMemory& m, double since_s) {
    return (m.intervals.sum() + since_s) / (m.intervals.count() + 1);
  }

  std::optional<DifficultyChange> retarget(VardiffState& state, double now_s, double mean_s) const {
    auto made = change(state, state.difficulty * target_s_ / mean_s);
    if (made) {
      memory(state).last_change_s = now_s;
      memory(state).intervals.clear();
    }
    return made;
  }

  double target_s_;
  double retarget_s_;
  double variance_;
};

}  // namespace

VardiffRulePtr make_miningcore_rule(const VardiffConfig& config) {
  return std::make_unique<MiningcoreRule>(config);
}

}  // namespace aicmp
