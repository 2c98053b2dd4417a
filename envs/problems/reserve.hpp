#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/lazy.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

/// A pool that may pay PPS or PPLNS, day by day. Money in block rewards. Defaults: case C31.
struct ReserveConfig {
  double blocks_per_day = 1.0;
  double fee_pps = 0.03;
  double fee_pplns = 0.01;
  double switch_cost_blocks = 2.0;  // of changing the scheme, in lost goodwill
  double start_blocks = 10.0;       // reserve at the start, under PPS
  double discount_per_day = 0.999;
  /// The operator loses nothing at ruin but its future. False: ruin also costs the unpaid
  /// liabilities and the franchise, which is worth what PPLNS alone would earn for ever.
  bool limited_liability = false;
  double risk_aversion = 1.0;  // of miners: times their income of 100 days (CARA)
  std::int64_t days = 7300;
};

void add_options(OptionTable& table, ReserveConfig& config);

/// When can a pool afford to promise PPS (economics, section 3.4d)?
/// Reward: fee income at expected luck, less the cost of changes and of ruin, in block rewards.
class Reserve {
 public:
  static constexpr const char* kId = "AICMP/Reserve-v0";
  using Config = ReserveConfig;
  enum Scheme : std::int64_t { kPps, kPplns };

  struct State {
    Rng blocks{WorldKey{}, StreamId::kBlockInterval};
    double reserve = 0.0;
    std::int64_t scheme = kPps;
    std::int64_t found = 0;  // blocks, on the last day
    std::int32_t since_change = 0;
  };

  explicit Reserve(const ReserveConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  std::optional<Optimum> optimum() const;

 private:
  /// Discounted value on a grid of reserves, of following the optimum after a day under a scheme.
  struct Solution {
    std::array<std::vector<double>, 2> after;
  };
  double fee(std::int64_t scheme) const {
    return scheme == kPps ? config_.fee_pps : config_.fee_pplns;
  }
  /// Change of the reserve on a day with `found` blocks.
  double flow(std::int64_t scheme, double found) const {
    return scheme == kPps ? found - (1.0 - config_.fee_pps) * config_.blocks_per_day
                          : found * config_.fee_pplns;
  }
  double ruin_cost(double reserve) const;
  /// What the day's pay is worth to all miners: its certainty equivalent, less what ruin leaves
  /// unpaid.
  double worth_to_miners(const State& state, bool ruined) const;
  double luck(std::int64_t found) const;  // of a day, in standard deviations
  Solution solve() const;
  const Solution& solution() const {
    return solution_.get([this] { return solve(); });
  }

  ReserveConfig config_;
  EnvSpec spec_;
  double pplns_risk_;          // what its luck is worth to the miners, as a fee
  std::vector<double> fewer_;  // chance of fewer than 0, 1, ... blocks on a day
  Lazy<Solution> solution_;
};

}  // namespace aicmp
