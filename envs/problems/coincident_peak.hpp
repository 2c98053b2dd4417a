#pragma once

#include <cstdint>
#include <vector>

#include "envs/batch.hpp"
#include "envs/problems/lazy.hpp"
#include "sim/base/options.hpp"

namespace aicmp {

/// A month whose highest system load sets the site's demand charge. Defaults: case C30.
struct CoincidentPeakConfig {
  std::int64_t days = 30;
  double curtail_usd = 1.0;  // margin lost by stopping for a day's peak window
  double charge_usd = 30.0;  // for running in the window of the month's peak
};

void add_options(OptionTable& table, CoincidentPeakConfig& config);

/// Stop today, because today's load may be the month's peak? Loads are seen as quantiles of a day's
/// peak load, independent and uniform: the value does not depend on their distribution.
/// Reward: minus the cost in USD. The demand charge is booked from day to day as it is expected,
/// and adds up to what is billed.
class CoincidentPeak {
 public:
  static constexpr const char* kId = "AICMP/CoincidentPeak-v0";
  using Config = CoincidentPeakConfig;

  struct State {
    Rng loads{WorldKey{}, StreamId::kEnergy};
    double load = 0.0;  // today's quantile
    double peak = 0.0;  // of the days before
    std::int32_t day = 0;
    bool on_at_peak = false;
  };

  explicit CoincidentPeak(const CoincidentPeakConfig& config);

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const;
  Transition step(State& state, const Action& action, std::span<double> numbers) const;
  void observe(const State& state, std::span<float> out) const;
  void foresee(const State& state, std::span<float> out) const;
  void act(std::size_t policy, std::span<const double> parameters, const State& state,
           const Decision& decision) const;
  std::optional<Optimum> optimum() const;

 private:
  double expected_charge(const State& state) const;

  /// Expected cost to come, on a grid of the peak's quantile, by days left.
  struct CostToCome {
    std::vector<std::vector<double>> off_at_peak;
    std::vector<std::vector<double>> on_at_peak;
  };
  CostToCome solve() const;
  const CostToCome& cost() const {
    return cost_.get([this] { return solve(); });
  }

  CoincidentPeakConfig config_;
  EnvSpec spec_;
  Lazy<CostToCome> cost_;
};

}  // namespace aicmp
