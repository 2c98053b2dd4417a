#pragma once

#include <cstdint>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/lazy.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

struct SelfishMiningConfig {
  double alpha = 0.35;         // the attacker's part of the network
  double gamma = 0.5;          // part of honest hash rate that mines on the attacker's block
  std::int64_t max_fork = 20;  // longest branch; beyond it only adopt and override remain
  std::int64_t episode_blocks = 1008;  // settled blocks of an episode
};

void add_options(OptionTable& table, SelfishMiningConfig& config);

/// Selfish mining after Sapirshtein, Sompolinsky and Zohar (Optimal Selfish Mining Strategies in
/// Bitcoin, arXiv:1507.06183, table 1): states (a, h, fork), one block a step.
/// Reward: blocks of the attacker that became final; dt: blocks of anyone that did. Their quotient
/// is the attacker's revenue after the retarget.
class SelfishMining {
 public:
  static constexpr const char* kId = "AICMP/SelfishMining-v0";
  using Config = SelfishMiningConfig;
  enum class Fork : std::uint8_t { kIrrelevant, kRelevant, kActive };
  enum Choice : std::int64_t { kAdopt, kOverride, kMatch, kWait };

  /// The attacker's secret branch is `a` blocks long, the honest one `h`, since they parted.
  struct Position {
    std::int32_t a = 0;
    std::int32_t h = 0;
    Fork fork = Fork::kIrrelevant;
  };
  struct State {
    Rng blocks{WorldKey{}, StreamId::kBlockWinner};
    Position position;
    std::int64_t settled = 0;
  };

  explicit SelfishMining(const SelfishMiningConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  bool allows(const State& state, std::size_t, std::int64_t choice) const {
    return allows(state.position, choice);
  }
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  std::optional<Optimum> optimum() const;

 private:
  /// What a choice settles, and the positions that may follow it.
  struct Branch {
    double probability;
    Position next;
    int settled_attacker;
    int settled_honest;
  };
  struct Solution {
    double revenue;
    std::vector<std::uint8_t> choice;  // by index()
  };

  bool allows(const Position& position, std::int64_t choice) const;
  /// At most three; the unused have probability 0.
  std::array<Branch, 3> branches(const Position& position, std::int64_t choice) const;
  std::size_t index(const Position& position) const {
    const auto side = static_cast<std::size_t>(config_.max_fork + 1);
    return (static_cast<std::size_t>(position.a) * side + static_cast<std::size_t>(position.h)) *
               3 +
           static_cast<std::size_t>(position.fork);
  }
  Solution solve() const;
  const Solution& solution() const {
    return solution_.get([this] { return solve(); });
  }

  SelfishMiningConfig config_;
  EnvSpec spec_;
  Lazy<Solution> solution_;
};

}  // namespace aicmp
