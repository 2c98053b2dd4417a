#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/lazy.hpp"
#include "envs/problems/markov.hpp"
#include "envs/problems/price_forecasts.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

/// One site of one megawatt that buys power at a price that changes every step. Defaults: case C29
/// (economics, section 2.6).
struct CurtailmentConfig {
  enum class Actions {
    kModes,     // one of off and the running modes
    kFraction,  // the part of the machines that runs; needs exactly one running mode
  };

  Actions actions = Actions::kModes;
  /// The prices of a Markov chain and its transition rows, one after the other.
  std::vector<double> prices_usd_per_mwh = {20.0, 100.0, 400.0};
  std::vector<double> transitions = {.95, .04, .01, .5, .45, .05, .3, .3, .4};
  /// Recorded prices instead of the chain (a CSV as in sim/market/history.hpp); a step is the
  /// spacing of its rows. Split 0 uses rows before `held_out_from`, split 1 the others.
  std::string price_file;
  std::string price_column = "rt_spp_usd_mwh";
  std::string held_out_from = "2025-01-01";
  /// Foretold prices in the observation; of a chain the present price says all.
  ForecastSource forecast = ForecastSource::kNone;

  double revenue_usd_per_mwh = 92.0;  // at full hash rate and power
  double restart_hours = 0.5;         // of hash rate lost when a site that was off runs again
  double restart_wear_usd = 60.0;
  double idle_power = 0.02;  // part of full power drawn while off
  /// Modes beside off: power and hash rate as parts of nameplate.
  std::vector<double> mode_power = {1.0};
  std::vector<double> mode_hash = {1.0};
  std::int64_t steps = 2160;
};

void add_options(OptionTable& table, CurtailmentConfig& config);

/// Run or stop (and in which mode) under an energy price, when a restart costs hashing and wear.
/// Reward: profit of a step in USD.
class Curtailment {
 public:
  static constexpr const char* kId = "AICMP/Curtailment-v0";
  using Config = CurtailmentConfig;

  struct State {
    Rng prices{WorldKey{}, StreamId::kEnergy};
    std::uint32_t at = 0;  // index into the chain's prices or the trace
    std::uint32_t mode = 1;
    std::int32_t steps_in_mode = 0;
    double fraction = 1.0;  // of the machines, that runs
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
  std::optional<Optimum> optimum() const { return solution().optimum; }

 private:
  struct Trace {
    std::vector<double> prices;
    std::vector<float> hour;       // of the day, UTC
    std::vector<double> day_mean;  // of the last 24 hours
    std::size_t held_out = 0;      // first row of split 1
  };

  void load_trace();
  void describe();
  struct Solution {
    Optimum optimum;
    std::vector<std::uint8_t> mode;  // [index of the price][was on]
  };
  Solution solve_chain() const;
  Solution solve_trace() const;
  const Solution& solution() const {
    return solution_.get([this] { return trace_.prices.empty() ? solve_chain() : solve_trace(); });
  }
  double price(const State& state) const {
    return trace_.prices.empty() ? config_.prices_usd_per_mwh[state.at] : trace_.prices[state.at];
  }
  /// Profit of a step in `mode` at `price`, restarts left out.
  double running_profit(std::size_t mode, double price) const {
    return step_hours_ * (hash_[mode] * config_.revenue_usd_per_mwh - power_[mode] * price);
  }
  double restart_cost(std::size_t mode) const {
    return hash_[mode] * config_.restart_hours * config_.revenue_usd_per_mwh +
           config_.restart_wear_usd;
  }
  std::size_t next_row(const State& state) const;  // of the chain or the trace
  /// The mode of a named policy for a machine that was on or off.
  std::size_t mode_of(std::size_t policy, std::span<const double> parameters, const State& state,
                      bool was_on) const;
  /// The best mode now if prices come as foretold: a dynamic program of the next 24 hours.
  std::size_t planned_mode(const State& state, bool was_on) const;
  /// The best of `from`..last mode when restarts cost nothing.
  std::size_t best_mode(double price, std::size_t from) const;
  /// The best next mode, and its value, if `ahead[running]` is what lies beyond the step.
  std::pair<std::size_t, double> best_step(bool was_on, double price, const double* ahead) const;

  CurtailmentConfig config_;
  std::vector<double> power_;  // by mode, 0 is off
  std::vector<double> hash_;
  MarkovChain chain_;
  Trace trace_;
  PriceForecasts forecasts_;  // of the trace, if any are ordered
  double step_hours_ = 1.0;
  EnvSpec spec_;
  Lazy<Solution> solution_;
};

}  // namespace aicmp
