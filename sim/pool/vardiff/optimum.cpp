#include <cmath>

#include "sim/base/units.hpp"
#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr double kOptimumPollS = 60.0;

struct OptimumMemory {
  double since_s = 0.0;  // begin of the present test
  double work = 0.0;     // accepted in it
  double shares = 0.0;
};

/// The difficulty that costs least at the estimated hash rate (ShareCost), left alone while it is
/// within a band: a test of so many shares, then the next one. The estimate (n - 1) / T has no
/// bias. Silence counts as evidence: one share more at once would still leave the rate too low.
class OptimumRule final : public RuleWithMemory<OptimumMemory> {
 public:
  explicit OptimumRule(const VardiffConfig& config)
      : RuleWithMemory(config.range),
        cost_(config.cost),
        decide_shares_(config.decide_shares),
        band_(config.band) {}

  double poll_s() const override { return kOptimumPollS; }

  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double difficulty) const override {
    OptimumMemory& m = memory(state);
    m.work += difficulty;
    ++m.shares;
    if (m.shares < decide_shares_ || now_s <= m.since_s) return {};
    const double work = m.work * (m.shares - 1.0) / m.shares;
    const double wanted = best(work / (now_s - m.since_s));
    m = {now_s, 0.0, 0.0};
    return far(state, wanted) ? change(state, wanted) : std::nullopt;
  }

  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    OptimumMemory& m = memory(state);
    const double elapsed_s = now_s - m.since_s;
    const double due = elapsed_s * rate_at(state.difficulty);
    if (elapsed_s <= 0.0 || due < decide_shares_) return {};
    const double wanted = best((m.work + state.difficulty) / elapsed_s);
    if (wanted > state.difficulty || !far(state, wanted)) return {};
    m = {now_s, 0.0, 0.0};
    return change(state, wanted);
  }

 private:
  void begin(VardiffState& state, double now_s) const override { set(state, {now_s, 0.0, 0.0}); }

  double best(double work_per_s) const {
    return cost_.best_difficulty(work_per_s * kHashesPerWork);
  }
  /// Shares per second at which this difficulty is the best one; the best rate grows with the root
  /// of the hash rate, so that difficulty = rate * (work per second at rate 1).
  double rate_at(double difficulty) const {
    const double rate_at_one = cost_.best_rate(kHashesPerWork);
    return difficulty * rate_at_one * rate_at_one;
  }
  bool far(const VardiffState& state, double wanted) const {
    return std::abs(std::log(wanted / state.difficulty)) > band_;
  }

  ShareCost cost_;
  double decide_shares_;
  double band_;
};

}  // namespace

VardiffRulePtr make_optimum_rule(const VardiffConfig& config) {
  return std::make_unique<OptimumRule>(config);
}

}  // namespace aicmp
