#include <array>
#include <cmath>

#include "sim/pool/vardiff/makers.hpp"
#include "sim/pool/vardiff/rule_memory.hpp"

namespace aicmp {
namespace {

constexpr double kPublicPoolPollS = 60.0;
constexpr std::uint32_t kLatest = 31;  // a thirty-first share is let in before one is dropped
constexpr std::uint32_t kFew = 5;
constexpr double kFewDivisor = 6.0;

struct PublicPoolMemory {
  double start_s = 0.0;
  std::array<double, kLatest> time_s{};  // a ring
  std::array<float, kLatest> difficulty{};
  std::uint32_t count = 0;
  std::uint32_t next = 0;
};

/// public-pool, StratumV1ClientStatistics.ts: once a minute, from the latest 31 shares; a change by
/// more than a factor of 2 goes to the power of two below, with a clean job. Those shares are kept
/// over a change, each with its own difficulty.
class PublicPoolRule final : public RuleWithMemory<PublicPoolMemory> {
 public:
  PublicPoolRule(const DifficultyRange& range, double shares_per_min)
      : RuleWithMemory(range), interval_s_(60.0 / shares_per_min) {}

  double poll_s() const override { return kPublicPoolPollS; }
  Lull lull(const VardiffState&) const override {
    return {std::numeric_limits<double>::infinity(), kLatest};
  }

  std::optional<DifficultyChange> on_share(VardiffState& state, double now_s,
                                           double difficulty) const override {
    PublicPoolMemory& m = memory(state);
    m.time_s[m.next] = now_s;
    m.difficulty[m.next] = static_cast<float>(difficulty);
    m.next = (m.next + 1) % kLatest;
    if (m.count < kLatest) ++m.count;
    return {};
  }

  std::optional<DifficultyChange> on_poll(VardiffState& state, double now_s) const override {
    const PublicPoolMemory& m = memory(state);
    if (m.count < kFew) {
      if (now_s - m.start_s < kPublicPoolPollS) return {};
      return change(state, power_of_two(state.difficulty / kFewDivisor), true);
    }
    double work = 0.0;
    for (std::uint32_t i = 0; i < m.count; ++i) work += static_cast<double>(m.difficulty[i]);
    const std::uint32_t first = m.count < kLatest ? 0 : m.next;
    const std::uint32_t last = (m.next + kLatest - 1) % kLatest;
    const double elapsed_s = m.time_s[last] - m.time_s[first];
    if (elapsed_s <= 0.0) return {};
    const double wanted = work / elapsed_s * interval_s_;
    if (wanted >= 0.5 * state.difficulty && wanted <= 2.0 * state.difficulty) return {};
    return change(state, power_of_two(wanted), true);
  }

 private:
  void begin(VardiffState& state, double now_s) const override { set(state, {.start_s = now_s}); }

  static double power_of_two(double value) { return std::exp2(std::floor(std::log2(value))); }

  double interval_s_;
};

}  // namespace

VardiffRulePtr make_public_pool_rule(const VardiffConfig& config) {
  return std::make_unique<PublicPoolRule>(config.range, target_shares_per_min(config));
}

}  // namespace aicmp
