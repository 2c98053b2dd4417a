#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/curtailment_config.hpp"
#include "envs/problems/demand_calls.hpp"
#include "envs/problems/lazy.hpp"
#include "envs/problems/markov.hpp"
#include "envs/problems/price_forecasts.hpp"
#include "envs/problems/price_record.hpp"
#include "envs/problems/site_heat.hpp"

namespace aicmp {

/// Run or stop (and in which mode) under an energy price, when a restart costs hashing and wear; if
/// so configured also under a hash price that moves, calls to switch off, and heat.
/// Reward: profit of a step in USD.
class Curtailment {
 public:
  static constexpr const char* kId = "AICMP/Curtailment-v0";
  using Config = CurtailmentConfig;

  struct State {
    /// Everything that no action changes. The next price is its first draw in a step.
    Rng world{WorldKey{}, StreamId::kEnergy};
    std::uint32_t at = 0;  // index into the chain's prices or the record
    std::uint32_t mode = 1;
    std::int32_t steps_in_mode = 0;
    std::uint32_t call = 0;  // phase of DemandCalls
    double fraction = 1.0;   // of the machines, that runs
    double moved = 1.0;      // revenue over that at the start
    double hour = 0.0;       // of the day, UTC, if there is heat
    double ambient_noise_c = 0.0;
    double board_c = 0.0;
  };

  /// Throws ConfigError or IoError.
  explicit Curtailment(const CurtailmentConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  /// None with heat or a revenue that moves. With calls, the bound of recorded prices does not know
  /// when they come.
  std::optional<Optimum> optimum() const;

 private:
  /// What an hour pays and costs.
  struct Terms {
    double price = 0.0;    // USD/MWh
    double revenue = 0.0;  // USD/MWh at nameplate
    std::size_t call = 0;
  };
  struct Solution {
    Optimum optimum;
    std::vector<std::uint8_t> mode;  // [index of the price][phase of calls][was on]
  };
  enum class Policy { kAlways, kGreedy, kHysteresis, kPlan, kSolved };

  void describe();
  void describe_observation();
  void describe_policies();
  /// Without what a dynamic program over prices and calls leaves out.
  bool solvable() const { return !heat_ && config_.revenue_volatility == 0.0; }
  Solution solve_chain() const;
  Solution solve_record() const;
  const Solution& solution() const {
    return solution_.get([this] { return record_.empty() ? solve_chain() : solve_record(); });
  }
  double price(const State& state) const {
    return record_.empty() ? config_.prices_usd_per_mwh[state.at] : record_.prices[state.at];
  }
  double revenue(const State& state) const { return config_.revenue_usd_per_mwh * state.moved; }
  bool has_hours() const { return !record_.empty() || heat_; }
  double hour(const State& state) const {
    return record_.empty() ? state.hour : static_cast<double>(record_.hour[state.at]);
  }
  double ambient_c(const State& state) const {
    return heat_->usual_ambient_c(hour(state)) + state.ambient_noise_c;
  }
  Terms terms(const State& state) const { return {price(state), revenue(state), state.call}; }
  std::size_t next_row(const State& state) const;  // of the chain or the record
  /// Draws all that no action changes for the next step.
  void pass_hour(State& state) const;

  /// Profit of a step at `power` and `hash`, parts of nameplate, restarts left out.
  double profit(double power, double hash, const Terms& terms) const {
    return step_hours_ *
           (hash * terms.revenue - power * terms.price + calls_.usd_per_mwh(terms.call, power));
  }
  /// The same in a mode whose boards stay cool.
  double cool_profit(std::size_t mode, const Terms& terms) const {
    return profit(power_[mode], hash_[mode], terms);
  }
  SiteHeat::Step heat(std::size_t mode, const State& state) const {
    return heat_->run(power_[mode], mode != 0, ambient_c(state), state.board_c);
  }
  double restart_cost(std::size_t mode, double revenue) const {
    return hash_[mode] * config_.restart_hours * revenue + config_.restart_wear_usd;
  }
  template <typename Profit>
  std::size_t most_profitable(std::size_t from, const Profit& profit) const {
    std::size_t best = from;
    double most = profit(from);
    for (std::size_t mode = from + 1; mode < power_.size(); ++mode) {
      const double other = profit(mode);
      if (other <= most) continue;
      best = mode;
      most = other;
    }
    return best;
  }
  /// The best of `from`..last mode when restarts cost nothing and boards stay cool.
  std::size_t best_cool_mode(const Terms& terms, std::size_t from) const {
    return most_profitable(from, [&](std::size_t mode) { return cool_profit(mode, terms); });
  }
  /// The same for the boards as they are.
  std::size_t best_mode(const State& state, std::size_t from) const;
  /// The best next mode, and its value, if `ahead[running]` is what lies beyond the step.
  std::pair<std::size_t, double> best_step(bool was_on, const Terms& terms,
                                           const double* ahead) const;
  /// The best mode now if prices come as foretold: a dynamic program of the next 24 hours.
  std::size_t planned_mode(const State& state, bool was_on) const;
  /// The mode of a named policy for a machine that was on or off.
  std::size_t mode_of(Policy policy, std::span<const double> parameters, const State& state,
                      bool was_on) const;

  CurtailmentConfig config_;
  std::vector<double> power_;  // by mode, 0 is off
  std::vector<double> hash_;
  MarkovChain chain_;
  PriceRecord record_;
  PriceForecasts forecasts_;  // of the record, if any are ordered
  double step_hours_ = 1.0;
  DemandCalls calls_;
  std::optional<SiteHeat> heat_;
  std::vector<Policy> policies_;  // as in the spec
  EnvSpec spec_;
  Lazy<Solution> solution_;
};

}  // namespace aicmp
