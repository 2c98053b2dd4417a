#include <array>
#include <cmath>

#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr double kSv2PollS = 60.0;
constexpr double kTooSoonS = 15.0;

struct Sv2Memory {
  double since_s = 0.0;  // last change
  std::int64_t shares = 0;
};

struct Rung {
  double deviation;  // of the share rate from the target, at least
  double elapsed_s;  // since the last change, at least
};
constexpr std::array<Rung, 6> kLadder = {
    {{1.0, 0.0}, {0.6, 60.0}, {0.5, 120.0}, {0.45, 180.0}, {0.3, 240.0}, {0.15, 300.0}}};

/// By how much a step is cut, by the time since the last change.
double by_age(double elapsed_s, double young, double middle, double old) {
  return elapsed_s <= 30.0 ? young : elapsed_s < 60.0 ? middle : old;
}

/// Stratum V2 reference implementation, channels_sv2 vardiff/classic.rs: at every poll the rate
/// since the last change is held against a ladder of thresholds that narrows with time. Whole
/// seconds there as here.
class Sv2ClassicRule final : public RuleWithMemory<Sv2Memory> {
 public:
  Sv2ClassicRule(const DifficultyRange& range, double shares_per_min)
      : RuleWithMemory(range), shares_per_min_(shares_per_min) {}

  double poll_s() const override { return kSv2PollS; }
  bool reads_times() const override { return false; }

  std::optional<DifficultyChange> on_share(VardiffState& state, double, double) const override {
    ++memory(state).shares;
    return {};
  }
  std::optional<DifficultyChange> on_shares(VardiffState& state, std::int64_t count, double, double,
                                            double) const override {
    memory(state).shares += count;
    return {};
  }

  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    Sv2Memory& m = memory(state);
    const double elapsed_s = std::floor(now_s - m.since_s);
    if (elapsed_s <= kTooSoonS) return {};
    const double due = shares_per_min_ * elapsed_s / 60.0;
    double ratio = static_cast<double>(m.shares) / due;
    const double deviation = std::abs(static_cast<double>(m.shares) - due) / due;
    if (!beyond_ladder(deviation, elapsed_s)) return {};
    if (m.shares == 0) {
      ratio = 1.0 / by_age(elapsed_s, 1.5, 2.0, 3.0);
    } else if (deviation > 10.0) {
      ratio = by_age(elapsed_s, 10.0, 5.0, 3.0);
    }
    m = {now_s, 0};
    return change(state, state.difficulty * ratio);
  }

 private:
  void begin(VardiffState& state, double now_s) const override { set(state, {now_s, 0}); }

  static bool beyond_ladder(double deviation, double elapsed_s) {
    for (const Rung& rung : kLadder) {
      if (deviation >= rung.deviation && elapsed_s >= rung.elapsed_s) return true;
    }
    return false;
  }

  double shares_per_min_;
};

}  // namespace

VardiffRulePtr make_sv2_classic_rule(const VardiffConfig& config) {
  return std::make_unique<Sv2ClassicRule>(config.range, target_shares_per_min(config));
}

}  // namespace aicmp
