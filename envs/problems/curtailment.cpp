#include "envs/problems/curtailment.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "envs/problems/checks.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/history.hpp"

namespace aicmp {

namespace {

enum Part : std::size_t { kRevenue, kEnergy, kRestart, kWear };
enum Policy : std::size_t { kAlways, kGreedy, kHysteresis, kSolved, kPlan };
constexpr double kPriceScale = 50.0;  // USD/MWh

MarkovChain checked_chain(const CurtailmentConfig& config) {
  const std::size_t states = config.prices_usd_per_mwh.size();
  if (states == 0 || states > 255) {
    throw ConfigError({}, "prices_usd_per_mwh", fmt::format("{} prices", states), "1 to 255");
  }
  check_transitions(config.transitions, states, "transitions");
  return MarkovChain(states, config.transitions);
}

std::vector<double> after(double first, const std::vector<double>& rest) {
  std::vector<double> all{first};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

}  // namespace

void add_options(OptionTable& table, CurtailmentConfig& config) {
  using Form = CurtailmentConfig::Actions;
  table.add_choice("actions", config.actions,
                   {{"modes", Form::kModes}, {"fraction", Form::kFraction}},
                   "Choose a mode, or (continuous) the part of the machines that runs; `fraction` "
                   "needs exactly one running mode.");
  table.add("prices_usd_per_mwh", config.prices_usd_per_mwh, "USD/MWh", {},
            "Prices of the Markov chain.");
  table.add("transitions", config.transitions, "", Limits::between(0.0, 1.0),
            "Its transition matrix per hour, row after row; each row sums to 1.");
  table.add_path("price_file", config.price_file,
                 "CSV of recorded prices instead of the chain; a step is the spacing of its rows.");
  table.add("price_column", config.price_column, "Column of `price_file`, USD/MWh.");
  table.add("held_out_from", config.held_out_from,
            "First day (YYYY-MM-DD, UTC) of `price_file` that split \"test\" uses, and not "
            "\"train\".");
  table.add_choice(
      "forecast", config.forecast,
      {{"none", ForecastSource::kNone},
       {"baseline", ForecastSource::kBaseline},
       {"lstm", ForecastSource::kLstm},
       {"oracle", ForecastSource::kOracle}},
      "Who foretells the prices of `price_file` in the observation, fitted to the rows "
      "before `held_out_from`: an autoregression, an LSTM (hourly rows; seconds to "
      "train), or the truth.");
  table.add("revenue_usd_per_mwh", config.revenue_usd_per_mwh, "USD/MWh", Limits::at_least(0.0),
            "Mining revenue of a megawatt-hour at nameplate efficiency.");
  table.add("restart_hours", config.restart_hours, "h", Limits::at_least(0.0),
            "Hash rate lost by a restart.");
  table.add("restart_wear_usd", config.restart_wear_usd, "USD", Limits::at_least(0.0),
            "Wear of a restart.");
  table.add("idle_power", config.idle_power, "of nameplate", Limits::between(0.0, 1.0),
            "Power drawn while off.");
  table.add("mode_power", config.mode_power, "of nameplate", Limits::positive(),
            "Power of each running mode.");
  table.add("mode_hash", config.mode_hash, "of nameplate", Limits::positive(),
            "Hash rate of each running mode.");
  table.add("steps", config.steps, "", Limits::between(1.0, 1e7), "Length of an episode.");
}

Curtailment::Curtailment(const CurtailmentConfig& config)
    : config_(config),
      power_(after(config.idle_power, config.mode_power)),
      hash_(after(0.0, config.mode_hash)),
      chain_(checked_chain(config)) {
  if (config.mode_power.empty() || config.mode_power.size() != config.mode_hash.size()) {
    throw ConfigError({}, "mode_hash",
                      fmt::format("{} hash rates for {} powers", config.mode_hash.size(),
                                  config.mode_power.size()),
                      "as many as mode_power, at least one");
  }
  if (config.actions == CurtailmentConfig::Actions::kFraction && config.mode_power.size() != 1) {
    throw ConfigError({}, "mode_power", fmt::format("{} running modes", config.mode_power.size()),
                      "exactly one if actions = \"fraction\"");
  }
  if (!config.price_file.empty()) load_trace();
  if (config.forecast != ForecastSource::kNone) {
    if (config.price_file.empty()) {
      throw ConfigError({}, "forecast", "of a Markov chain the present price says all",
                        "none, or a price_file");
    }
    forecasts_ = PriceForecasts(config.forecast, trace_.prices, step_hours_, trace_.held_out);
  }
  describe();
}

void Curtailment::load_trace() {
  const auto boundary = parse_date(config_.held_out_from);
  if (!boundary) {
    throw ConfigError({}, "held_out_from", fmt::format("\"{}\"", config_.held_out_from),
                      "a date YYYY-MM-DD");
  }
  const History history =
      read_history({.path = config_.price_file, .column = config_.price_column});
  step_hours_ = static_cast<double>(history.spacing_s) / 3600.0;
  const auto day = static_cast<std::size_t>(std::lround(24.0 / step_hours_));
  trace_.prices = history.values;
  double sum = 0.0;
  for (std::size_t i = 0; i < history.values.size(); ++i) {
    sum += history.values[i] - (i >= day ? history.values[i - day] : 0.0);
    trace_.day_mean.push_back(sum / static_cast<double>(std::min(i + 1, day)));
    trace_.hour.push_back(static_cast<float>(history.unix_s[i] % 86400) / 3600.0f);
    if (history.unix_s[i] < *boundary) trace_.held_out = i + 1;
  }
  const std::size_t shorter = std::min(trace_.held_out, trace_.prices.size() - trace_.held_out);
  if (static_cast<std::int64_t>(shorter) <= config_.steps) {
    throw ConfigError({}, "steps",
                      fmt::format("an episode of {} steps does not fit into {} recorded ones",
                                  config_.steps, shorter),
                      "fewer steps, or another held_out_from");
  }
}

void Curtailment::describe() {
  const bool recorded = !trace_.prices.empty();
  const double b = 5.0;
  spec_.id = kId;
  spec_.question = "When should a site stop mining because power is dear, if a restart costs?";
  spec_.step = recorded ? fmt::format("{:g} h", step_hours_) : "1 h";
  spec_.reward = "profit of a site of 1 MW in the step, USD";
  spec_.observation = {{"price", "USD/MWh / 50", -b, b, "energy price of this step"},
                       {"margin", "USD/MWh / 50", -b, b, "revenue less energy price at nameplate"},
                       {"in_mode", "steps / 24", 0.0, b, "since the mode was last changed"}};
  if (recorded) {
    spec_.observation.push_back({"day_price", "USD/MWh / 50", -b, b, "mean of the last 24 h"});
    spec_.observation.push_back({"hour_sin", "", -1.0, 1.0, "of the hour of the day, UTC"});
    spec_.observation.push_back({"hour_cos", "", -1.0, 1.0, "of the hour of the day, UTC"});
  }
  if (!forecasts_.empty()) {
    for (const int hours : PriceForecasts::kHours) {
      spec_.observation.push_back(
          {fmt::format("price_in_{}h", hours), "USD/MWh / 50", -b, b, "foretold"});
    }
  }
  if (config_.actions == CurtailmentConfig::Actions::kFraction) {
    spec_.observation.push_back({"running", "of the machines", 0.0, 1.0, "in the last step"});
    spec_.action.numbers = {{"running", "of the machines", 0.0, 1.0, "that run in this step"}};
    spec_.action.help = "each machine that starts bears its part of a restart";
  } else {
    spec_.action.sets = {{"mode", {}}};
    for (std::size_t mode = 0; mode < power_.size(); ++mode) {
      const std::string name = mode == 0 ? "off" : fmt::format("run_{:g}", power_[mode]);
      spec_.observation.push_back({"is_" + name, "", 0.0, 1.0, "the present mode"});
      spec_.action.sets[0].choices.push_back(name);
    }
    spec_.action.help = "mode of this step; run_p runs at p times nameplate power";
  }
  spec_.oracle = {{"next_price", "USD/MWh / 50", -b, b, "of the next step"}};
  spec_.parts = {{"revenue", "USD", 0, 0, "mining revenue"},
                 {"energy", "USD", 0, 0, "less the energy bill"},
                 {"restart", "USD", 0, 0, "less hashing lost by a restart"},
                 {"wear", "USD", 0, 0, "less wear of a restart"}};
  const double revenue = config_.revenue_usd_per_mwh;
  spec_.policies = {
      {"always", "run in the mode that is best at the mean price", {}, {}},
      {"greedy", "the mode that is best if restarts cost nothing (break-even)", {}, {}},
      {"hysteresis",
       "stop above one price, run below another",
       {{"off_above", "USD/MWh", -1e4, 1e4, "stop above this price"},
        {"on_below", "USD/MWh", -1e4, 1e4, "run again below this price"}},
       {1.2 * revenue, revenue}},
      {recorded ? "clairvoyant" : "optimal",
       recorded ? "knows all prices to come: a bound" : "dynamic program of the chain",
       {},
       {},
       recorded}};
  if (!forecasts_.empty()) {
    spec_.policies.push_back(
        {"plan", "dynamic program of 24 h as if the foretold prices were sure", {}, {}});
  }
  spec_.baseline = "greedy";
  spec_.score = Score::kRate;
  spec_.max_steps = config_.steps;
}

std::size_t Curtailment::best_mode(double price, std::size_t from) const {
  std::size_t best = from;
  for (std::size_t mode = from + 1; mode < power_.size(); ++mode) {
    if (running_profit(mode, price) > running_profit(best, price)) best = mode;
  }
  return best;
}

std::pair<std::size_t, double> Curtailment::best_step(bool was_on, double price,
                                                      const double* ahead) const {
  std::size_t best = 0;
  double value = running_profit(0, price) + ahead[0];
  for (std::size_t mode = 1; mode < power_.size(); ++mode) {
    const double other =
        running_profit(mode, price) - (was_on ? 0.0 : restart_cost(mode)) + ahead[1];
    if (other > value) {
      best = mode;
      value = other;
    }
  }
  return {best, value};
}

Curtailment::Solution Curtailment::solve_chain() const {
  // Relative value iteration; half of every sweep is kept so that periodic chains converge too.
  const std::size_t states = chain_.states();
  std::vector<double> value(2 * states, 0.0);
  const auto look_ahead = [&](std::size_t from) {
    std::array<double, 2> ahead{};
    for (std::size_t to = 0; to < states; ++to) {
      ahead[0] += chain_.probability(from, to) * value[2 * to];
      ahead[1] += chain_.probability(from, to) * value[2 * to + 1];
    }
    return ahead;
  };
  double gain = 0.0;
  for (int sweep = 0; sweep < 200'000; ++sweep) {
    std::vector<double> next(value.size());
    for (std::size_t s = 0; s < states; ++s) {
      const auto ahead = look_ahead(s);
      for (const std::size_t on : {0u, 1u}) {
        const double price = config_.prices_usd_per_mwh[s];
        next[2 * s + on] =
            0.5 * (value[2 * s + on] + best_step(on != 0, price, ahead.data()).second);
      }
    }
    double low = 1e300;
    double high = -1e300;
    for (std::size_t i = 0; i < value.size(); ++i) {
      low = std::min(low, 2.0 * (next[i] - value[i]));
      high = std::max(high, 2.0 * (next[i] - value[i]));
    }
    gain = 0.5 * (low + high);
    const double origin = next[0];
    for (double& v : next) v -= origin;
    value = std::move(next);
    if (high - low < 1e-9) break;
  }
  Solution solution{{.value = gain, .method = "relative value iteration, in the long run"}, {}};
  for (std::size_t s = 0; s < states; ++s) {
    const auto ahead = look_ahead(s);
    for (const bool on : {false, true}) {
      solution.mode.push_back(static_cast<std::uint8_t>(
          best_step(on, config_.prices_usd_per_mwh[s], ahead.data()).first));
    }
  }
  return solution;
}

Curtailment::Solution Curtailment::solve_trace() const {
  const std::size_t rows = trace_.prices.size();
  Solution solution{{.method = "dynamic program that knows all prices, over all rows of split "
                               "\"train\"",
                     .attainable = false},
                    std::vector<std::uint8_t>(2 * rows)};
  double ahead[2] = {0.0, 0.0};
  double held_out_value = 0.0;
  for (std::size_t i = rows; i-- > 0;) {
    const auto [off_mode, off_value] = best_step(false, trace_.prices[i], ahead);
    const auto [on_mode, on_value] = best_step(true, trace_.prices[i], ahead);
    solution.mode[2 * i] = static_cast<std::uint8_t>(off_mode);
    solution.mode[2 * i + 1] = static_cast<std::uint8_t>(on_mode);
    ahead[0] = off_value;
    ahead[1] = on_value;
    if (i == trace_.held_out) held_out_value = on_value;
  }
  const double hours = step_hours_ * static_cast<double>(trace_.held_out);
  solution.optimum.value = (ahead[1] - held_out_value) / hours;
  return solution;
}

void Curtailment::reset(State& state, const WorldKey& key) const {
  state = State{.prices = Rng(key, StreamId::kEnergy)};
  if (trace_.prices.empty()) {
    state.at = static_cast<std::uint32_t>(chain_.stationary(state.prices));
    return;
  }
  const std::size_t first = key.world == 0 ? 0 : trace_.held_out;
  const std::size_t end = key.world == 0 ? trace_.held_out : trace_.prices.size();
  const double starts = static_cast<double>(end - first) - static_cast<double>(config_.steps);
  state.at = static_cast<std::uint32_t>(first) +
             static_cast<std::uint32_t>(uniform(state.prices) * starts);
}

std::size_t Curtailment::next_row(const State& state) const {
  if (!trace_.prices.empty()) {
    return std::min<std::size_t>(state.at + 1, trace_.prices.size() - 1);
  }
  Rng prices = state.prices;
  return chain_.next(state.at, prices);
}

Transition Curtailment::step(State& state, const Action& action, std::span<double> numbers) const {
  const bool chooses = action.numbers.empty();
  const auto mode = chooses ? static_cast<std::uint32_t>(action.choice()) : 1u;
  const double fraction = chooses ? (mode == 0 ? 0.0 : 1.0) : action.numbers[0];
  const double restarts = std::max(fraction - state.fraction, 0.0);
  const double power = power_[0] + fraction * (power_[mode] - power_[0]);
  numbers[kRevenue] = step_hours_ * fraction * hash_[mode] * config_.revenue_usd_per_mwh;
  numbers[kEnergy] = -step_hours_ * power * price(state);
  numbers[kRestart] = -restarts * hash_[mode] * config_.restart_hours * config_.revenue_usd_per_mwh;
  numbers[kWear] = -restarts * config_.restart_wear_usd;
  const bool same = mode == state.mode && fraction == state.fraction;
  state.steps_in_mode = same ? state.steps_in_mode + 1 : 0;
  state.mode = mode;
  state.fraction = fraction;
  state.at = trace_.prices.empty() ? static_cast<std::uint32_t>(chain_.next(state.at, state.prices))
                                   : state.at + 1;
  return {.dt = step_hours_};
}

void Curtailment::observe(const State& state, std::span<float> out) const {
  std::size_t k = 0;
  const auto put = [&](double value) { out[k++] = static_cast<float>(value); };
  put(price(state) / kPriceScale);
  put((config_.revenue_usd_per_mwh - price(state)) / kPriceScale);
  put(state.steps_in_mode / 24.0);
  if (!trace_.prices.empty()) {
    put(trace_.day_mean[state.at] / kPriceScale);
    const double angle = 2.0 * std::numbers::pi * trace_.hour[state.at] / 24.0;
    put(std::sin(angle));
    put(std::cos(angle));
  }
  if (!forecasts_.empty()) {
    for (std::size_t h = 0; h < PriceForecasts::kHours.size(); ++h) {
      put(forecasts_.usd_per_mwh(state.at, h) / kPriceScale);
    }
  }
  if (config_.actions == CurtailmentConfig::Actions::kFraction) return put(state.fraction);
  for (std::size_t mode = 0; mode < power_.size(); ++mode) put(mode == state.mode ? 1.0 : 0.0);
}

void Curtailment::foresee(const State& state, std::span<float> out) const {
  const std::size_t row = next_row(state);
  const auto& prices = trace_.prices.empty() ? config_.prices_usd_per_mwh : trace_.prices;
  out[0] = static_cast<float>(prices[row] / kPriceScale);
}

std::size_t Curtailment::planned_mode(const State& state, bool was_on) const {
  // Prices between the hours that are foretold lie on straight lines.
  const auto steps =
      static_cast<std::size_t>(std::lround(PriceForecasts::kHours.back() / step_hours_));
  const auto foretold = [&](std::size_t step) {
    const double hours = static_cast<double>(step) * step_hours_;
    double from_hours = 0.0;
    double from = price(state);
    for (std::size_t h = 0; h < PriceForecasts::kHours.size(); ++h) {
      const double to = forecasts_.usd_per_mwh(state.at, h);
      const double to_hours = PriceForecasts::kHours[h];
      if (hours <= to_hours) {
        return from + (to - from) * (hours - from_hours) / (to_hours - from_hours);
      }
      from_hours = to_hours;
      from = to;
    }
    return from;
  };
  // Whoever runs at the end has saved a restart, if it pays to run then.
  const std::size_t then = best_mode(foretold(steps), 0);
  double ahead[2] = {0.0, then == 0 ? 0.0 : restart_cost(then)};
  for (std::size_t step = steps; step-- > 1;) {
    const double off = best_step(false, foretold(step), ahead).second;
    const double on = best_step(true, foretold(step), ahead).second;
    ahead[0] = off;
    ahead[1] = on;
  }
  return best_step(was_on, price(state), ahead).first;
}

std::size_t Curtailment::mode_of(std::size_t policy, std::span<const double> parameters,
                                 const State& state, bool was_on) const {
  const double now = price(state);
  switch (policy) {
    case kGreedy:
      return best_mode(now, 0);
    case kHysteresis: {
      const bool run = was_on ? now <= parameters[0] : now < parameters[1];
      return run ? best_mode(now, 1) : 0;
    }
    case kPlan:
      return planned_mode(state, was_on);
    case kSolved:
      return solution().mode[2 * state.at + (was_on ? 1 : 0)];
    default: {
      const double mean = trace_.prices.empty() ? chain_.stationary_mean(config_.prices_usd_per_mwh)
                                                : trace_.day_mean[state.at];
      return best_mode(mean, 1);
    }
  }
}

void Curtailment::act(std::size_t policy, std::span<const double> parameters, const State& state,
                      const Decision& decision) const {
  if (decision.numbers.empty()) {
    decision.choices[0] =
        static_cast<std::int64_t>(mode_of(policy, parameters, state, state.mode != 0));
    return;
  }
  // Machines do not act on each other, so each follows the rule by what it did itself.
  const double stay = mode_of(policy, parameters, state, true) != 0 ? state.fraction : 0.0;
  const double start = mode_of(policy, parameters, state, false) != 0 ? 1.0 - state.fraction : 0.0;
  decision.numbers[0] = static_cast<float>(stay + start);
}

}  // namespace aicmp
