#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/markov.hpp"
#include "envs/problems/miner_groups.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

/// A pool with its own site, day by day, all decisions coupled. Miners come, go and split as in
/// PoolTerms, the reserve is that of Reserve, the site that of Curtailment with bands for its
/// hours, and share difficulty has the costs of ShareDifficulty.
struct CoupledPoolConfig {
  /// Default: 32 groups with equal hash rate, from a single miner to 1,000 of them.
  MinerGroupsConfig groups = default_groups();
  double sensitivity = 150.0;  // of log odds, per unit of fee
  double leave_per_week = 0.7;
  double join_per_week = 0.03;
  double risk_aversion = 1.0;  // of miners: times their income of 100 days (CARA)
  double start_part = 0.5;
  double start_fee = 0.02;
  double notice_days = 14.0;
  std::vector<double> competitor_fees = {0.01, 0.02, 0.03};  // it pays FPPS
  std::vector<double> competitor_transitions = {.99, .01, 0, .005, .99, .005, 0, .01, .99};

  double all_hash_ehs = 45.0;                // of all these miners
  double blocks_per_day = 7.2;               // that they find together
  double hash_price_usd_per_phs_day = 50.0;  // at the start
  double hash_price_volatility = 0.6;        // a year
  double start_blocks = 30.0;                // reserve at the start, under PPLNS
  double switch_cost_blocks = 0.5;           // of a change of scheme
  double capital_cost = 0.10;                // a year, of what lies in the reserve
  double surplus_blocks = 60.0;              // dividends are a part of what lies above
  double franchise_fee = 0.01;               // what PPLNS would earn for ever is lost by ruin
  double discount_per_year = 0.86;

  double site_part = 0.02;  // of the hash rate, owned by the operator
  std::vector<double> prices_usd_per_mwh = {20.0, 100.0, 400.0};  // by the hour
  std::vector<double> price_transitions = {.95, .04, .01, .5, .45, .05, .3, .3, .4};
  double revenue_usd_per_mwh = 92.0;  // of the site, at the first hash price
  double restart_hours = 0.5;
  double restart_wear_hours = 0.65;  // of revenue
  double idle_power = 0.02;

  double share_cost_usd = 1e-9;
  double faults_per_day = 1.0 / 30.0;
  double alarm_part = 0.5;
  double alarm_shares = 15.0;
  std::int64_t days = 1460;

  static MinerGroupsConfig default_groups();
};

void add_options(OptionTable& table, CoupledPoolConfig& config);

/// How should a whole pool be run? Reward: the operator's income at expected luck.
class CoupledPool {
 public:
  static constexpr const char* kId = "AICMP/Pool-v0";
  using Config = CoupledPoolConfig;
  static constexpr std::size_t kMostGroups = 64;
  enum Scheme : std::int64_t { kPps, kPplns };

  struct State {
    Rng competitor{WorldKey{}, StreamId::kFees};
    Rng blocks{WorldKey{}, StreamId::kBlockInterval};
    Rng market{WorldKey{}, StreamId::kPrice};
    Rng energy{WorldKey{}, StreamId::kEnergy};
    std::array<double, kMostGroups> part{};  // of each group, in the pool
    double hash_price = 1.0;                 // over that of the start
    double last_return = 0.0;
    double reserve = 0.0;  // block rewards
    double luck = 0.0;     // decayed blocks found less expected
    double in_pool = 0.0;
    double flow = 0.0;
    std::int32_t fee = 0;  // in steps of 0.1 points
    std::int32_t eta = 0;  // index
    std::int32_t next_fee = 0;
    std::int32_t next_eta = 0;
    std::int32_t notice_left = 0;  // days; 0: nothing is announced
    std::int64_t scheme = kPplns;
    std::int32_t since_scheme = 0;  // days
    std::uint32_t competitor_at = 0;
    std::uint32_t price_at = 0;
    bool site_on = true;
  };

  /// Throws ConfigError.
  explicit CoupledPool(const CoupledPoolConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  /// One announcement at a time; the fee stays in [0, 5 %]; a scheme stays for a notice.
  bool allows(const State& state, std::size_t set, std::int64_t choice) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  std::optional<Optimum> optimum() const { return std::nullopt; }

 private:
  void describe();
  void describe_observation();
  void describe_action();
  void describe_policies();
  void announce(State& state, const Action& action) const;
  /// Profit of the site in a day, in % of the miners' revenue; two parts: running and restarts.
  std::array<double, 2> run_site(State& state, double stop_above, double run_below) const;
  /// Cost of share traffic and of faults noticed late, in % of the miners' revenue.
  double share_cost(const State& state, double shares_per_s) const;
  std::size_t deciles() const { return std::min<std::size_t>(groups_.size(), 10); }

  CoupledPoolConfig config_;
  MinerGroups groups_;
  MarkovChain competitor_;
  MarkovChain energy_;
  Churn churn_;  // of a day
  std::int32_t notice_;
  double connections_;  // of all miners
  EnvSpec spec_;
};

}  // namespace aicmp
