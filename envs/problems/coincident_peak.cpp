#include "envs/problems/coincident_peak.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"

namespace aicmp {

namespace {

enum Choice : std::int64_t { kRun, kStop };
enum Part : std::size_t { kCurtail, kCharge };
enum Measure : std::size_t { kRealised = 2 };
enum Policy : std::size_t { kNever, kThreshold, kNewPeak, kNewPeakThreshold, kOptimal };
constexpr std::size_t kGrid = 2000;  // cells of the quantile

double interpolate(const std::vector<double>& values, double quantile) {
  const double at = quantile * static_cast<double>(kGrid);
  const std::size_t cell = std::min(static_cast<std::size_t>(at), kGrid - 1);
  const double part = at - static_cast<double>(cell);
  return values[cell] + part * (values[cell + 1] - values[cell]);
}

}  // namespace

void add_options(OptionTable& table, CoincidentPeakConfig& config) {
  table.add("days", config.days, "d", Limits::between(1.0, 1000.0), "Length of the month.");
  table.add("curtail_usd", config.curtail_usd, "USD", Limits::at_least(0.0),
            "Cost of stopping for a day's peak window.");
  table.add("charge_usd", config.charge_usd, "USD", Limits::at_least(0.0),
            "Demand charge for running in the window of the month's peak.");
}

CoincidentPeak::CoincidentPeak(const CoincidentPeakConfig& config) : config_(config) {
  spec_.id = kId;
  spec_.question = "Is today the month's peak, whose users pay the demand charge?";
  spec_.step = "1 day";
  spec_.reward = "minus the cost of stopping and of the demand charge, USD";
  spec_.observation = {{"load", "quantile", 0.0, 1.0, "today's peak load among a day's peak loads"},
                       {"peak", "quantile", 0.0, 1.0, "the highest of the days before"},
                       {"on_at_peak", "", 0.0, 1.0, "the site ran on that day"},
                       {"days_left", "of the month", 0.0, 1.0, "today included"},
                       {"new_peak", "", 0.0, 1.0, "today's load is the highest so far"}};
  spec_.oracle = {{"later_peak", "quantile", 0.0, 1.0, "the highest load of the days to come"}};
  spec_.action.sets = {{"window", {"run", "stop"}}};
  spec_.action.help = "during today's peak window";
  spec_.parts = {{"curtailment", "USD", 0, 0, "less the margin lost by stopping"},
                 {"charge", "USD", 0, 0, "less the rise of the expected demand charge"}};
  spec_.measures = {
      {"realised", "USD", 0, 0, "the same with the charge as billed, on the last day"}};
  const Field threshold{"above", "quantile", 0.0, 1.0, "of today's load"};
  spec_.policies = {{"never", "always run", {}, {}},
                    {"threshold", "stop on days above a quantile", {threshold}, {0.9}},
                    {"new_peak", "stop on every day that is the highest so far", {}, {}},
                    {"new_peak_threshold", "stop on days that are both", {threshold}, {0.9}},
                    {"optimal", "dynamic program over quantiles", {}, {}}};
  double records = 0.0;  // expected new peaks of the month
  for (std::int64_t day = 1; day <= config.days; ++day) records += 1.0 / static_cast<double>(day);
  spec_.baseline = records * config.curtail_usd < config.charge_usd ? "new_peak" : "never";
  spec_.score = Score::kTotal;
  spec_.max_steps = config.days;
}

CoincidentPeak::CostToCome CoincidentPeak::solve() const {
  const double width = 1.0 / static_cast<double>(kGrid);
  CostToCome cost;
  cost.off_at_peak.push_back(std::vector<double>(kGrid + 1, 0.0));
  cost.on_at_peak.push_back(std::vector<double>(kGrid + 1, config_.charge_usd));
  for (std::int64_t day = 0; day < config_.days; ++day) {
    const std::vector<double>& off = cost.off_at_peak.back();
    const std::vector<double>& on = cost.on_at_peak.back();
    std::vector<double> next_off(kGrid + 1);
    std::vector<double> next_on(kGrid + 1);
    double above = 0.0;  // integral of the cost of a new peak from here to the top
    for (std::size_t i = kGrid + 1; i-- > 0;) {
      const auto at_new_peak = [&](std::size_t k) {
        return std::min(config_.curtail_usd + off[k], on[k]);
      };
      if (i < kGrid) above += 0.5 * width * (at_new_peak(i) + at_new_peak(i + 1));
      const double quantile = static_cast<double>(i) * width;
      next_off[i] = quantile * off[i] + above;
      next_on[i] = quantile * on[i] + above;
    }
    cost.off_at_peak.push_back(std::move(next_off));
    cost.on_at_peak.push_back(std::move(next_on));
  }
  return cost;
}

std::optional<Optimum> CoincidentPeak::optimum() const {
  return Optimum{.value = -cost().off_at_peak.back().front(),
                 .method = "dynamic program over quantiles"};
}

void CoincidentPeak::reset(State& state, const WorldKey& key) const {
  state = State{.loads = Rng(key, StreamId::kEnergy)};
  state.load = uniform(state.loads);
}

// What the days before will cost once today's load is known. Its changes add up to the charge that
// is billed, whatever was decided: a potential (Ng, Harada and Russell, ICML 1999).
double CoincidentPeak::expected_charge(const State& state) const {
  if (!state.on_at_peak) return 0.0;
  const std::int64_t days_beyond = config_.days - state.day - 1;
  if (days_beyond < 0) return config_.charge_usd;
  return state.load > state.peak ? 0.0 : config_.charge_usd * std::pow(state.peak, days_beyond);
}

Transition CoincidentPeak::step(State& state, const Action& action,
                                std::span<double> numbers) const {
  const bool stops = action.choice() == kStop;
  const double expected = expected_charge(state);
  if (state.load > state.peak) {
    state.peak = state.load;
    state.on_at_peak = !stops;
  }
  ++state.day;
  const bool last = state.day == config_.days;
  numbers[kCurtail] = stops ? -config_.curtail_usd : 0.0;
  state.load = uniform(state.loads);
  numbers[kCharge] = expected - expected_charge(state);
  numbers[kRealised] = numbers[kCurtail] - (last && state.on_at_peak ? config_.charge_usd : 0.0);
  return {.terminated = last};
}

void CoincidentPeak::observe(const State& state, std::span<float> out) const {
  out[0] = static_cast<float>(state.load);
  out[1] = static_cast<float>(state.peak);
  out[2] = state.on_at_peak ? 1.0f : 0.0f;
  out[3] = static_cast<float>(config_.days - state.day) / static_cast<float>(config_.days);
  out[4] = state.load > state.peak ? 1.0f : 0.0f;
}

void CoincidentPeak::foresee(const State& state, std::span<float> out) const {
  Rng loads = state.loads;
  double peak = 0.0;
  for (std::int64_t day = state.day + 1; day < config_.days; ++day) {
    peak = std::max(peak, uniform(loads));
  }
  out[0] = static_cast<float>(peak);
}

void CoincidentPeak::act(std::size_t policy, std::span<const double> parameters, const State& state,
                         const Decision& decision) const {
  const bool new_peak = state.load > state.peak;
  bool stops = false;
  switch (policy) {
    case kThreshold:
      stops = state.load > parameters[0];
      break;
    case kNewPeak:
      stops = new_peak;
      break;
    case kNewPeakThreshold:
      stops = new_peak && state.load > parameters[0];
      break;
    case kOptimal: {
      const auto days_beyond = static_cast<std::size_t>(config_.days - state.day - 1);
      stops = new_peak &&
              config_.curtail_usd + interpolate(cost().off_at_peak[days_beyond], state.load) <
                  interpolate(cost().on_at_peak[days_beyond], state.load);
      break;
    }
    default:
      break;
  }
  decision.choices[0] = stops ? kStop : kRun;
}

}  // namespace aicmp
