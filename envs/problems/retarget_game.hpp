#pragma once

#include <cstdint>
#include <vector>

#include <boost/random/binomial_distribution.hpp>

#include "envs/batch.hpp"
#include "envs/problems/lazy.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

struct RetargetGameConfig {
  double share = 0.2;        // of the network's hash rate when all of it runs
  double cost = 0.95;        // energy cost over revenue at the difficulty of full hash rate
  std::int64_t levels = 11;  // equally spaced parts of the miner's hash rate, 0 and 1 included
  bool random_times = true;  // blocks as a Poisson process; false: every epoch takes its mean
  double fortnights = 52.0;  // length of an episode
};

void add_options(OptionTable& table, RetargetGameConfig& config);

/// How much to run in each difficulty epoch, when running less lowers the next difficulty
/// (economics, section 3.4e; Goren and Spiegelman, Mind the Mining, arXiv:1902.03899).
/// Time is in fortnights and money in what the whole network earns in a fortnight at the difficulty
/// of full hash rate; difficulty 1 is that one. Reward: expected profit of an epoch; its dt is how
/// long the epoch took, so that the score is profit per fortnight.
class RetargetGame {
 public:
  static constexpr const char* kId = "AICMP/RetargetGame-v0";
  using Config = RetargetGameConfig;

  struct State {
    Rng times{WorldKey{}, StreamId::kBlockInterval};
    Rng winners{WorldKey{}, StreamId::kBlockWinner};
    double difficulty = 1.0;
    double level = 1.0;  // of the last epoch
    double elapsed = 0.0;
  };

  explicit RetargetGame(const RetargetGameConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  std::optional<Optimum> optimum() const;

 private:
  struct Solution {
    double profit_rate;
    std::vector<double> beyond;  // relative value of the next epoch, by the level of this one
  };
  double level(std::int64_t choice) const {
    return static_cast<double>(choice) / static_cast<double>(config_.levels - 1);
  }
  std::int64_t nearest(double level) const;
  double hash(double level) const { return 1.0 - config_.share * (1.0 - level); }
  /// That a block is the miner's.
  double chance(double level) const { return config_.share * level / hash(level); }
  /// Time of the 2015 intervals that a retarget sees, over its mean at the right difficulty.
  double next_span(Rng& times) const;
  /// Expected profit of an epoch that takes `time`.
  double profit(double level, double time) const;
  std::int64_t best(double difficulty, double rate, const std::vector<double>& beyond,
                    double* value) const;
  Solution solve() const;
  const Solution& solution() const {
    return solution_.get([this] { return solve(); });
  }

  RetargetGameConfig config_;
  /// Blocks of an epoch that the miner finds at levels above the first, which finds none.
  std::vector<boost::random::binomial_distribution<std::int64_t>> found_;
  EnvSpec spec_;
  Lazy<Solution> solution_;
};

}  // namespace aicmp
