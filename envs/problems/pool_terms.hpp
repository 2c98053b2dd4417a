#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/lazy.hpp"
#include "envs/problems/markov.hpp"
#include "envs/problems/miner_groups.hpp"
#include "envs/problems/terms.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

/// A pool's fee and eta among miners who come, go and split, and a competitor whose fee changes
/// (economics, section 3.4c and f). Terms are announced a notice ahead, so a step is a notice.
struct PoolTermsConfig {
  double notice_days = 14.0;
  double max_change = 0.005;  // of the fee, by one notice
  /// The competitor's fee: a Markov chain, one transition a notice.
  std::vector<double> competitor_fees = {0.01, 0.02, 0.03};
  std::vector<double> transitions = {.9, .1, 0, .05, .9, .05, 0, .1, .9};
  MinerGroupsConfig groups;
  // How miners follow what pays is not known from public data: each episode draws one of each.
  std::vector<double> sensitivity = {150.0};  // of log odds, per unit of fee
  std::vector<double> leave_per_week = {0.7};
  std::vector<double> join_per_week = {0.03};
  double start_part = 0.5;  // of the miners, in the pool
  double start_fee = 0.02;
  double blocks_per_day = 7.2;  // of all these miners
  double days = 3640.0;
};

void add_options(OptionTable& table, PoolTermsConfig& config);

/// Which fee and which eta should a pool announce? Reward: fee income at expected luck.
class PoolTerms {
 public:
  static constexpr const char* kId = "AICMP/PoolTerms-v0";
  using Config = PoolTermsConfig;
  static constexpr std::size_t kMostGroups = 8;

  struct State {
    Rng competitor{WorldKey{}, StreamId::kPrice};
    Rng blocks{WorldKey{}, StreamId::kBlockInterval};
    std::array<double, kMostGroups> part{};  // of each group, in the pool
    Churn churn;
    std::int32_t fee = 0;  // in steps of 0.1 points
    std::int32_t eta = 0;  // index of kEtas
    std::uint32_t competitor_at = 0;
    double last_in_pool = 0.0;
  };

  /// Throws ConfigError.
  explicit PoolTerms(const PoolTermsConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  /// The fee stays in [0, 5 %].
  bool allows(const State& state, std::size_t set, std::int64_t choice) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  /// For one group of equal miners with known churn.
  std::optional<Optimum> optimum() const;

 private:
  struct Solution {
    double gain;
    std::vector<double> value;  // [part][fee][eta][competitor], relative
  };
  void describe();
  void describe_policies();
  bool solvable() const;
  Churn churn(double sensitivity, double leave_per_week, double join_per_week) const;
  double competitor_fee(const State& state) const {
    return config_.competitor_fees[state.competitor_at];
  }
  void move_miners(const State& state, std::span<double> part) const;

  /// What a notice brings in every state, and where it leaves the miners.
  struct Moves {
    std::vector<double> reward;  // as Solution::value
    std::vector<double> next_part;
  };
  std::size_t index(std::size_t part, std::size_t fee, std::size_t eta, std::size_t at) const;
  std::size_t fee_index(std::size_t part, std::size_t fee, std::size_t at) const;
  Moves moves() const;
  /// [part][fee][competitor before]: of the best terms that may follow that fee.
  std::vector<double> best_ahead(const std::vector<double>& value) const;
  /// The values of all states, if those beyond are `ahead`.
  std::vector<double> improved(const Moves& moves, const std::vector<double>& ahead) const;
  Solution solve() const;
  const Solution& solution() const {
    return solution_.get([this] { return solve(); });
  }
  /// Expected value of terms, if the competitor's fee before them is `at`.
  double worth(const std::vector<double>& value, double part, std::size_t fee, std::size_t eta,
               std::size_t at) const;
  /// The fee, in steps, and the index of eta that are best to announce.
  std::pair<std::int32_t, std::size_t> optimal_terms(const State& state) const;

  PoolTermsConfig config_;
  MinerGroups groups_;
  MarkovChain chain_;
  std::int32_t most_change_;  // in steps of 0.1 points
  EnvSpec spec_;
  Lazy<Solution> solution_;
};

}  // namespace aicmp
