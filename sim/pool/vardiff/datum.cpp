#include <cmath>

#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr double kJobS = 40.0;  // work_update_seconds
constexpr double kIdleS = 60.0;
constexpr double kSoonestMs = 1e3;
constexpr double kQuickShares = 8.0;
constexpr double kQuickFactor = 8.0;
constexpr double kRaiseShares = 16.0;

struct DatumMemory {
  double since_s = 0.0;  // begin of the snapshot
  double shares = 0.0;   // in it
  bool quick = false;    // a quick raise was sent and no job since
  bool waits = false;    // a change waits for the next job
};

double floor_power_of_two(double value) {
  return std::exp2(std::floor(std::log2(value)));
}

/// OCEAN DATUM gateway, datum_stratum.c (stratum_update_vardiff): a quick raise at a share, halving
/// and doubling also before every job. Milliseconds are whole numbers there as here.
class DatumRule final : public RuleWithMemory<DatumMemory> {
 public:
  DatumRule(const DifficultyRange& range, double shares_per_min)
      : RuleWithMemory(range), target_ms_(std::floor(60'000.0 / shares_per_min)) {}

  double poll_s() const override { return kJobS; }

  Lull lull(const VardiffState& state) const override {
    return {memory(state).since_s + 1e-3 * kSoonestMs, 0};
  }
  void leave_out(VardiffState& state, std::int64_t count) const override {
    memory(state).shares += static_cast<double>(count);
  }

  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double difficulty) const override {
    DatumMemory& m = memory(state);
    ++m.shares;
    if (m.waits || difficulty != state.difficulty || m.shares < kQuickShares) return {};
    auto made = update(state, now_s, true);
    m.waits = made && !made->clean_job;
    return made;
  }

  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    DatumMemory& m = memory(state);
    std::optional<DifficultyChange> made;
    if (!m.waits) made = update(state, now_s, false);
    m.quick = m.waits = false;
    return made;
  }

 private:
  void begin(VardiffState& state, double now_s) const override { set(state, {.since_s = now_s}); }

  std::optional<DifficultyChange> update(VardiffState& state, double now_s, bool at_share) const {
    DatumMemory& m = memory(state);
    const double elapsed_ms = std::floor(1e3 * (now_s - m.since_s));
    if (m.shares == 0.0) {
      return elapsed_ms > 1e3 * kIdleS ? restart(state, now_s, 0.5 * state.difficulty) : none();
    }
    if (elapsed_ms < kSoonestMs) return {};
    const double per_share_ms = std::max(1.0, std::floor(elapsed_ms / m.shares));
    if (at_share && !m.quick && per_share_ms < std::floor(target_ms_ / kQuickFactor)) {
      const double ratio = std::floor(target_ms_ / per_share_ms);
      const double wanted =
          std::max(4.0 * state.difficulty, floor_power_of_two(ratio * state.difficulty));
      m.quick = true;
      return restart(state, now_s, wanted, true);
    }
    if (per_share_ms > 2.0 * target_ms_) return restart(state, now_s, 0.5 * state.difficulty);
    if (m.shares < kRaiseShares || per_share_ms >= std::floor(0.5 * target_ms_)) return {};
    return restart(state, now_s, 2.0 * state.difficulty);
  }

  std::optional<DifficultyChange> restart(VardiffState& state, double now_s, double wanted,
                                          bool clean_job = false) const {
    memory(state).since_s = now_s;
    memory(state).shares = 0.0;
    return change(state, wanted, clean_job);
  }
  static std::optional<DifficultyChange> none() { return {}; }

  double target_ms_;
};

}  // namespace

VardiffRulePtr make_datum_rule(const VardiffConfig& config) {
  return std::make_unique<DatumRule>(config.range, target_shares_per_min(config));
}

}  // namespace aicmp
