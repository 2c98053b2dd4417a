#include <array>
#include <cmath>

#include "envs/problems/curtailment.hpp"

// What Curtailment's policies decide, and the dynamic programs behind them.
namespace aicmp {

std::size_t Curtailment::best_mode(const State& state, std::size_t from) const {
  const Terms now = terms(state);
  if (!heat_) return best_cool_mode(now, from);
  return most_profitable(from, [&](std::size_t mode) {
    const SiteHeat::Step heated = heat(mode, state);
    return profit(heated.power, heated.part * hash_[mode], now);
  });
}

std::pair<std::size_t, double> Curtailment::best_step(bool was_on, const Terms& terms,
                                                      const double* ahead) const {
  std::size_t best = 0;
  double value = cool_profit(0, terms) + ahead[0];
  for (std::size_t mode = 1; mode < power_.size(); ++mode) {
    const double other =
        cool_profit(mode, terms) - (was_on ? 0.0 : restart_cost(mode, terms.revenue)) + ahead[1];
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
  const std::size_t calls = calls_.phases();
  std::vector<double> value(2 * states * calls, 0.0);
  const auto look_ahead = [&](std::size_t from, std::size_t from_call) {
    std::array<double, 2> ahead{};
    for (std::size_t to_call = 0; to_call < calls; ++to_call) {
      const double called = calls_.probability(from_call, to_call);
      if (called == 0.0) continue;
      for (std::size_t to = 0; to < states; ++to) {
        const double chance = called * chain_.probability(from, to);
        ahead[0] += chance * value[2 * (to * calls + to_call)];
        ahead[1] += chance * value[2 * (to * calls + to_call) + 1];
      }
    }
    return ahead;
  };
  const auto terms_of = [&](std::size_t s, std::size_t call) {
    return Terms{config_.prices_usd_per_mwh[s], config_.revenue_usd_per_mwh, call};
  };
  double gain = 0.0;
  for (int sweep = 0; sweep < 200'000; ++sweep) {
    std::vector<double> next(value.size());
    double low = 1e300;
    double high = -1e300;
    for (std::size_t s = 0; s < states; ++s) {
      for (std::size_t call = 0; call < calls; ++call) {
        const auto ahead = look_ahead(s, call);
        for (const std::size_t on : {0u, 1u}) {
          const std::size_t i = 2 * (s * calls + call) + on;
          next[i] = 0.5 * (value[i] + best_step(on != 0, terms_of(s, call), ahead.data()).second);
          low = std::min(low, 2.0 * (next[i] - value[i]));
          high = std::max(high, 2.0 * (next[i] - value[i]));
        }
      }
    }
    gain = 0.5 * (low + high);
    const double origin = next[0];
    for (double& v : next) v -= origin;
    value = std::move(next);
    if (high - low < 1e-9) break;
  }
  Solution solution{{.value = gain, .method = "relative value iteration, in the long run"}, {}};
  for (std::size_t s = 0; s < states; ++s) {
    for (std::size_t call = 0; call < calls; ++call) {
      const auto ahead = look_ahead(s, call);
      for (const bool on : {false, true}) {
        solution.mode.push_back(
            static_cast<std::uint8_t>(best_step(on, terms_of(s, call), ahead.data()).first));
      }
    }
  }
  return solution;
}

Curtailment::Solution Curtailment::solve_record() const {
  const std::size_t rows = record_.prices.size();
  const std::size_t calls = calls_.phases();
  Solution solution{{.method = "dynamic program that knows all prices, over all rows of split "
                               "\"train\"",
                     .attainable = false},
                    std::vector<std::uint8_t>(2 * rows * calls)};
  std::vector<double> value(2 * calls, 0.0);  // of the rows beyond
  double held_out_value = 0.0;
  for (std::size_t i = rows; i-- > 0;) {
    std::vector<double> next(value.size());
    for (std::size_t call = 0; call < calls; ++call) {
      std::array<double, 2> ahead{};
      for (std::size_t to = 0; to < calls; ++to) {
        ahead[0] += calls_.probability(call, to) * value[2 * to];
        ahead[1] += calls_.probability(call, to) * value[2 * to + 1];
      }
      const Terms terms{record_.prices[i], config_.revenue_usd_per_mwh, call};
      for (const std::size_t on : {0u, 1u}) {
        const auto [mode, worth] = best_step(on != 0, terms, ahead.data());
        solution.mode[2 * (i * calls + call) + on] = static_cast<std::uint8_t>(mode);
        next[2 * call + on] = worth;
      }
    }
    value = std::move(next);
    if (i == record_.held_out) held_out_value = value[1];
  }
  const double hours = step_hours_ * static_cast<double>(record_.held_out);
  solution.optimum.value = (value[1] - held_out_value) / hours;
  return solution;
}

std::optional<Optimum> Curtailment::optimum() const {
  if (!solvable()) return std::nullopt;
  return solution().optimum;
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
  const Terms now = terms(state);
  const auto later = [&](std::size_t step) { return Terms{foretold(step), now.revenue, 0}; };
  // Whoever runs at the end has saved a restart, if it pays to run then.
  const std::size_t then = best_cool_mode(later(steps), 0);
  double ahead[2] = {0.0, then == 0 ? 0.0 : restart_cost(then, now.revenue)};
  for (std::size_t step = steps; step-- > 1;) {
    const double off = best_step(false, later(step), ahead).second;
    const double on = best_step(true, later(step), ahead).second;
    ahead[0] = off;
    ahead[1] = on;
  }
  return best_step(was_on, now, ahead).first;
}

std::size_t Curtailment::mode_of(Policy policy, std::span<const double> parameters,
                                 const State& state, bool was_on) const {
  switch (policy) {
    case Policy::kGreedy:
      return best_mode(state, 0);
    case Policy::kHysteresis: {
      const double programme =
          calls_.usd_per_mwh(state.call, 1.0) - calls_.usd_per_mwh(state.call, 0.0);
      const double asked = price(state) - programme;
      const bool run =
          was_on ? asked <= state.moved * parameters[0] : asked < state.moved * parameters[1];
      return run ? best_mode(state, 1) : 0;
    }
    case Policy::kPlan:
      return planned_mode(state, was_on);
    case Policy::kSolved:
      return solution().mode[2 * (state.at * calls_.phases() + state.call) + (was_on ? 1 : 0)];
    case Policy::kAlways:
      break;
  }
  const double mean = record_.empty() ? chain_.stationary_mean(config_.prices_usd_per_mwh)
                                      : record_.day_mean[state.at];
  return best_cool_mode({mean, revenue(state), state.call}, 1);
}

}  // namespace aicmp
