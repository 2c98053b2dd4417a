#include "envs/problems/curtailment.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "envs/problems/checks.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/units.hpp"
#include "sim/market/price_models.hpp"

namespace aicmp {

namespace {

enum Part : std::size_t { kRevenue, kEnergy, kRestart, kWear, kResponse };
enum Measure : std::size_t { kFrictionless = 5, kThrottled };
constexpr double kPriceScale = 50.0;  // USD/MWh

MarkovChain checked_chain(const CurtailmentConfig& config) {
  const std::size_t states = config.prices_usd_per_mwh.size();
  if (states == 0 || states > 255) {
    throw ConfigError({}, "prices_usd_per_mwh", fmt::format("{} prices", states), "1 to 255");
  }
  check_transitions(config.transitions, states, "transitions");
  return MarkovChain(states, config.transitions);
}

PriceRecord record_of(const CurtailmentConfig& config) {
  if (config.price_file.empty()) return {};
  return read_price_record(config.price_file, config.price_column, config.held_out_from,
                           config.steps);
}

std::vector<double> after(double first, const std::vector<double>& rest) {
  std::vector<double> all{first};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

}  // namespace

Curtailment::Curtailment(const CurtailmentConfig& config)
    : config_(config),
      power_(after(config.idle_power, config.mode_power)),
      hash_(after(0.0, config.mode_hash)),
      chain_(checked_chain(config)),
      record_(record_of(config)),
      step_hours_(record_.step_hours),
      calls_(config.response, step_hours_),
      heat_(config.heat.cooling ? std::make_optional<SiteHeat>(config.heat, step_hours_)
                                : std::nullopt) {
  if (config.mode_power.empty() || config.mode_power.size() != config.mode_hash.size()) {
    throw ConfigError({}, "mode_hash",
                      fmt::format("{} hash rates for {} powers", config.mode_hash.size(),
                                  config.mode_power.size()),
                      "as many as mode_power, at least one");
  }
  if (config.actions == CurtailmentConfig::Actions::kFraction) {
    if (config.mode_power.size() != 1) {
      throw ConfigError({}, "mode_power", fmt::format("{} running modes", config.mode_power.size()),
                        "exactly one if actions = \"fraction\"");
    }
    if (heat_) {
      throw ConfigError({}, "heat.cooling", "machines that run in part differ in their heat",
                        "ignored if actions = \"fraction\"");
    }
  }
  if (config.forecast != ForecastSource::kNone) {
    if (record_.empty()) {
      throw ConfigError({}, "forecast", "of a Markov chain the present price says all",
                        "none, or a price_file");
    }
    forecasts_ = PriceForecasts(config.forecast, record_.prices, step_hours_, record_.held_out);
  }
  describe();
}

void Curtailment::describe() {
  const bool recorded = !record_.empty();
  const double b = 5.0;
  spec_.id = kId;
  spec_.question = "When should a site stop mining because power is dear, if a restart costs?";
  spec_.step = recorded ? fmt::format("{:g} h", step_hours_) : "1 h";
  spec_.reward = "profit of a site of 1 MW in the step, USD";
  spec_.oracle = {{"next_price", "USD/MWh / 50", -b, b, "of the next step"}};
  spec_.parts = {{"revenue", "USD", 0, 0, "mining revenue"},
                 {"energy", "USD", 0, 0, "less the energy bill"},
                 {"restart", "USD", 0, 0, "less hashing lost by a restart"},
                 {"wear", "USD", 0, 0, "less wear of a restart"},
                 {"response", "USD", 0, 0, "what the programme pays for load that can stop"}};
  spec_.measures = {{"frictionless", "USD", 0, 0,
                     "profit of the best mode if restarts cost nothing and boards stay cool"},
                    {"throttled", "", 0, 0, "part of the mode's hash rate that heat took"}};
  describe_observation();
  describe_policies();
  spec_.baseline = "greedy";
  spec_.score = Score::kRate;
  spec_.max_steps = config_.steps;
}

void Curtailment::describe_observation() {
  const double b = 5.0;
  spec_.observation = {{"price", "USD/MWh / 50", -b, b, "energy price of this step"},
                       {"margin", "USD/MWh / 50", -b, b, "revenue less energy price at nameplate"},
                       {"in_mode", "steps / 24", 0.0, b, "since the mode was last changed"}};
  if (!record_.empty()) {
    spec_.observation.push_back({"day_price", "USD/MWh / 50", -b, b, "mean of the last 24 h"});
  }
  if (has_hours()) {
    spec_.observation.push_back({"hour_sin", "", -1.0, 1.0, "of the hour of the day, UTC"});
    spec_.observation.push_back({"hour_cos", "", -1.0, 1.0, "of the hour of the day, UTC"});
  }
  if (!forecasts_.empty()) {
    for (const int hours : PriceForecasts::kHours) {
      spec_.observation.push_back(
          {fmt::format("price_in_{}h", hours), "USD/MWh / 50", -b, b, "foretold"});
    }
  }
  if (config_.revenue_volatility > 0.0) {
    spec_.observation.push_back({"revenue", "log", -b, b, "over that at the start"});
  }
  if (calls_.phases() > 1) {
    spec_.observation.push_back(
        {"call", "", 0.0, 1.0, "to switch off: 0 none announced, 1 now, between them as it nears"});
  }
  if (heat_) {
    spec_.observation.push_back({"board", "(C - 65) / 15", -b, b, "temperature of the boards"});
    spec_.observation.push_back({"ambient", "C / 20", -b, b, "temperature of the air"});
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
}

void Curtailment::describe_policies() {
  const bool recorded = !record_.empty();
  const double revenue = config_.revenue_usd_per_mwh;
  const auto add_policy = [this](Policy policy, PolicySpec spec) {
    policies_.push_back(policy);
    spec_.policies.push_back(std::move(spec));
  };
  add_policy(Policy::kAlways, {"always", "run in the mode that is best at the mean price", {}, {}});
  add_policy(Policy::kGreedy,
             {"greedy", "the mode that is best if restarts cost nothing (break-even)", {}, {}});
  add_policy(
      Policy::kHysteresis,
      {"hysteresis",
       "stop above one price, run below another; prices count what a programme pays for load that "
       "can stop, and move with the revenue",
       {{"off_above", "USD/MWh", -1e4, 1e4, "stop above this price"},
        {"on_below", "USD/MWh", -1e4, 1e4, "run again below this price"}},
       {1.2 * revenue, revenue}});
  if (solvable()) {
    add_policy(Policy::kSolved,
               {recorded ? "clairvoyant" : "optimal",
                recorded ? "knows all prices to come: a bound" : "dynamic program of the chain",
                {},
                {},
                recorded});
  }
  if (!forecasts_.empty()) {
    add_policy(Policy::kPlan,
               {"plan", "dynamic program of 24 h as if the foretold prices were sure", {}, {}});
  }
}

void Curtailment::reset(State& state, const WorldKey& key) const {
  state = State{.world = Rng(key, StreamId::kEnergy)};
  if (record_.empty()) {
    state.at = static_cast<std::uint32_t>(chain_.stationary(state.world));
  } else {
    const std::size_t first = key.world == 0 ? 0 : record_.held_out;
    const std::size_t end = key.world == 0 ? record_.held_out : record_.prices.size();
    const double starts = static_cast<double>(end - first) - static_cast<double>(config_.steps);
    state.at = static_cast<std::uint32_t>(first) +
               static_cast<std::uint32_t>(uniform(state.world) * starts);
  }
  if (!heat_) return;
  if (record_.empty()) state.hour = std::floor(24.0 * uniform(state.world));
  state.ambient_noise_c = heat_->first_noise_c(state.world);
  state.board_c = heat_->steady_c(ambient_c(state));
}

std::size_t Curtailment::next_row(const State& state) const {
  if (!record_.empty()) {
    return std::min<std::size_t>(state.at + 1, record_.prices.size() - 1);
  }
  Rng world = state.world;
  return chain_.next(state.at, world);
}

void Curtailment::pass_hour(State& state) const {
  state.at = record_.empty() ? static_cast<std::uint32_t>(chain_.next(state.at, state.world))
                             : state.at + 1;
  state.call = static_cast<std::uint32_t>(calls_.next(state.call, state.world));
  if (config_.revenue_volatility > 0.0) {
    const double sd =
        config_.revenue_volatility * std::sqrt(step_hours_ / 24.0 / kDaysPerMarketYear);
    state.moved *= std::exp(sd * normal(state.world) - 0.5 * sd * sd);
  }
  if (heat_) {
    state.hour = std::fmod(state.hour + step_hours_, 24.0);
    state.ambient_noise_c = heat_->next_noise_c(state.ambient_noise_c, state.world);
  }
}

Transition Curtailment::step(State& state, const Action& action, std::span<double> numbers) const {
  const bool chooses = action.numbers.empty();
  const auto mode = chooses ? static_cast<std::uint32_t>(action.choice()) : 1u;
  const double fraction = chooses ? (mode == 0 ? 0.0 : 1.0) : action.numbers[0];
  const double restarts = std::max(fraction - state.fraction, 0.0);
  const Terms now = terms(state);
  double power = power_[0] + fraction * (power_[mode] - power_[0]);
  double hash = fraction * hash_[mode];
  numbers[kThrottled] = 0.0;
  if (heat_) {
    const SiteHeat::Step heated = heat(mode, state);
    power = heated.power;
    hash *= heated.part;
    state.board_c = heated.board_c;
    if (mode != 0) numbers[kThrottled] = 1.0 - heated.part;
  }
  numbers[kRevenue] = step_hours_ * hash * now.revenue;
  numbers[kEnergy] = -step_hours_ * power * now.price;
  numbers[kRestart] = -restarts * hash_[mode] * config_.restart_hours * now.revenue;
  numbers[kWear] = -restarts * config_.restart_wear_usd;
  numbers[kResponse] = step_hours_ * calls_.usd_per_mwh(now.call, power);
  numbers[kFrictionless] = cool_profit(best_cool_mode(now, 0), now);
  const bool same = mode == state.mode && fraction == state.fraction;
  state.steps_in_mode = same ? state.steps_in_mode + 1 : 0;
  state.mode = mode;
  state.fraction = fraction;
  pass_hour(state);
  return {.dt = step_hours_};
}

void Curtailment::observe(const State& state, std::span<float> out) const {
  std::size_t k = 0;
  const auto put = [&](double value) { out[k++] = static_cast<float>(value); };
  put(price(state) / kPriceScale);
  put((revenue(state) - price(state)) / kPriceScale);
  put(state.steps_in_mode / 24.0);
  if (!record_.empty()) put(record_.day_mean[state.at] / kPriceScale);
  if (has_hours()) {
    const double angle = 2.0 * std::numbers::pi * hour(state) / 24.0;
    put(std::sin(angle));
    put(std::cos(angle));
  }
  if (!forecasts_.empty()) {
    for (std::size_t h = 0; h < PriceForecasts::kHours.size(); ++h) {
      put(forecasts_.usd_per_mwh(state.at, h) / kPriceScale);
    }
  }
  if (config_.revenue_volatility > 0.0) put(std::log(state.moved));
  if (calls_.phases() > 1) put(calls_.nearness(state.call));
  if (heat_) {
    put((state.board_c - 65.0) / 15.0);
    put(ambient_c(state) / 20.0);
  }
  if (config_.actions == CurtailmentConfig::Actions::kFraction) return put(state.fraction);
  for (std::size_t mode = 0; mode < power_.size(); ++mode) put(mode == state.mode ? 1.0 : 0.0);
}

void Curtailment::foresee(const State& state, std::span<float> out) const {
  const std::size_t row = next_row(state);
  const auto& prices = record_.empty() ? config_.prices_usd_per_mwh : record_.prices;
  out[0] = static_cast<float>(prices[row] / kPriceScale);
}

void Curtailment::act(std::size_t policy, std::span<const double> parameters, const State& state,
                      const Decision& decision) const {
  if (decision.numbers.empty()) {
    decision.choices[0] =
        static_cast<std::int64_t>(mode_of(policies_[policy], parameters, state, state.mode != 0));
    return;
  }
  // Machines do not act on each other, so each follows the rule by what it did itself.
  const double stay =
      mode_of(policies_[policy], parameters, state, true) != 0 ? state.fraction : 0.0;
  const double start =
      mode_of(policies_[policy], parameters, state, false) != 0 ? 1.0 - state.fraction : 0.0;
  decision.numbers[0] = static_cast<float>(stay + start);
}

}  // namespace aicmp
