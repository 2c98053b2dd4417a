#pragma once

#include <cstdint>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/pool_rules.hpp"
#include "sim/base/options.hpp"
#include "sim/pool/front_end/front_end_config.hpp"
#include "sim/pool/vardiff/share_cost.hpp"
#include "sim/pool/vardiff/share_view.hpp"

namespace aicmp {

/// One connection of a pool and what its share difficulty costs (economics, section 3.1). The
/// defaults are case C26 with a start at a wrong difficulty.
struct ShareDifficultyConfig {
  enum class Actions {
    kOctaves,  // a step of the difficulty's log2, none among them
    kRate,     // the target rate of shares, and a band of difficulties that are left alone
  };

  enum class Unit {
    kPpm,      // of the miner's revenue
    kPercent,  // of the least cost at the miner's hash rate: small and large miners count alike
  };

  Actions actions = Actions::kOctaves;
  Unit costs_in = Unit::kPpm;
  /// Nameplate hash rate, drawn log-uniformly for each episode.
  double hash_min_ths = 200.0;
  double hash_max_ths = 200.0;
  /// The part of it that runs: one of these, each for an exponential time. One: constant.
  std::vector<double> hash_parts = {1.0};
  double part_mean_hours = 8.0;
  /// The first difficulty over the optimal one is log-uniform in [1/x, x].
  double start_error = 100.0;
  /// Round trip of the connection, drawn log-uniformly for each episode; both 0: none.
  double rtt_min_ms = 0.0;
  double rtt_max_ms = 0.0;
  bool count_stales = true;  // in the reward, though no action changes them
  JudgeBy judge_by = JudgeBy::kJob;

  ShareCost cost;
  double change_seconds = 0.2;  // of hashing lost by a change of difficulty
  double difficulty_min = 1e-3;
  double difficulty_max = 1e14;  // of the network: a share cannot be harder than a block
  double dwell_s = 60.0;         // between two changes
  double step_s = 60.0;
  std::int64_t steps = 1440;
};

void add_options(OptionTable& table, ShareDifficultyConfig& config);

/// Set the difficulty of one connection from what the pool sees of it.
/// Reward: minus the cost C(r) of the true share rate r (ShareDifficultyConfig::Unit):
/// traffic c_s r, undetected faults nu pi chi L / r, lumpiness alpha pi^2 / (2 r), changes, and
/// what the round trip l refuses: shares found in the last l before a block, or in the first l
/// after it, are stale, pi l / 600, which no difficulty changes (spread evenly here, while they
/// come in bursts at blocks); and where shares are judged by the connection's newest difficulty,
/// miners still aim at the old one for an l after a raise by a factor f, so that a part 1 - 1/f of
/// their work is rejected.
class ShareDifficulty {
 public:
  static constexpr const char* kId = "AICMP/ShareDifficulty-v0";
  using Config = ShareDifficultyConfig;
  using Memory = PoolRules::Memory;

  struct State {
    Rng hash{WorldKey{}, StreamId::kBehaviour};  // exogenous: when the hash rate changes
    Rng shares{WorldKey{}, StreamId::kShares};   // depends on the difficulties chosen
    Rng refused{WorldKey{}, StreamId::kStaleShares};
    Rng times{WorldKey{}, StreamId::kPolicy};  // of shares in a step, for rules that read them
    double nameplate = 0.0;                    // hashes/s
    double part = 1.0;
    double part_left_s = 0.0;
    double stale_part = 0.0;  // of shares
    double difficulty = 1.0;
    ShareView view{};
    std::int64_t steps = 0;
  };

  /// Throws ConfigError.
  explicit ShareDifficulty(const ShareDifficultyConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  /// A change only after the dwell, and to a difficulty in its limits.
  bool allows(const State& state, std::size_t set, std::int64_t choice) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           Memory& memory, const Decision& decision) const;
  /// The least cost of a constant hash rate, a bound if it changes, and of stale shares.
  std::optional<Optimum> optimum() const;

 private:
  void describe();
  void describe_observation();
  void describe_action();
  void describe_policies();
  double estimate(const State& state) const;  // hashes/s, as the pool sees it
  /// The difficulty that an action asks for.
  double wanted(const State& state, const Action& action) const;
  /// The best difficulty at a hash rate; the present one while it is within `band` octaves of it.
  double towards(const State& state, double hashes_per_s, double band) const;
  /// The difficulty that a named policy wants.
  double wanted_by(std::size_t policy, std::span<const double> parameters, const State& state,
                   Memory& memory) const;
  /// The action that comes nearest to a difficulty.
  void aim(const State& state, double difficulty, const Decision& decision) const;
  void run_hash(State& state, double seconds, double* mean_hashes) const;

  ShareDifficultyConfig config_;
  PoolRules rules_;
  double kept_;  // of a view's sums by a step
  EnvSpec spec_;
};

}  // namespace aicmp
