#include "envs/problems/site_heat.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

constexpr double kNoisePersistencePerDay = 0.7;  // as in sim/market/ambient.hpp

}  // namespace

void add_options(OptionTable& table, SiteHeatConfig& config, const std::string& prefix) {
  table.add_choice(prefix + "cooling", config.cooling,
                   {{"ignored", std::nullopt},
                    {"air", Cooling::kAir},
                    {"hydro", Cooling::kHydro},
                    {"immersion", Cooling::kImmersion}},
                   "How the machines are cooled, if they get warm; needs actions = \"modes\".");
  table.add(prefix + "time_constant_s", config.time_constant_s, "s",
            Limits::between(0.0, 864'000.0),
            "Of boards and coolant at full fans; 0: that of the kind of cooling.");
  table.add(prefix + "ambient_mean_c", config.ambient_mean_c, "C", Limits::between(-50.0, 60.0),
            "Mean temperature of the air.");
  table.add(prefix + "ambient_daily_c", config.ambient_daily_c, "C", Limits::between(0.0, 40.0),
            "How much warmer it is at the warmest hour of a mean day.");
  table.add(prefix + "ambient_peak_hour", config.ambient_peak_hour, "h", Limits::between(0.0, 24.0),
            "The warmest hour of the day, UTC.");
  table.add(prefix + "ambient_noise_c", config.ambient_noise_c, "C", Limits::between(0.0, 20.0),
            "Deviation of the weather beside that, which lasts for days.");
}

SiteHeat::SiteHeat(const SiteHeatConfig& config, double step_hours)
    : config_(config),
      model_({.time_constant_s = config.time_constant_s}, cooler_of(*config.cooling)),
      step_s_(3600.0 * step_hours),
      persistence_(std::pow(kNoisePersistencePerDay, step_hours / 24.0)),
      news_c_(std::sqrt(1.0 - persistence_ * persistence_) * config.ambient_noise_c) {}

double SiteHeat::usual_ambient_c(double hour) const {
  const double angle = 2.0 * std::numbers::pi * (hour - config_.ambient_peak_hour) / 24.0;
  return config_.ambient_mean_c + config_.ambient_daily_c * std::cos(angle);
}

double SiteHeat::first_noise_c(Rng& rng) const {
  return config_.ambient_noise_c * normal(rng);
}

double SiteHeat::next_noise_c(double noise_c, Rng& rng) const {
  return persistence_ * noise_c + news_c_ * normal(rng);
}

double SiteHeat::steady_c(double air_c) const {
  const double most = model_.most_power(model_.throttle_c(), air_c, 1.0);
  return model_.regime(std::clamp(most, 0.0, 1.0), air_c, 1.0).steady_c;
}

SiteHeat::Step SiteHeat::run(double power, bool runs, double air_c, double board_c) const {
  if (!runs || air_c > model_.ambient_off_c()) {
    const double sleep = runs ? 0.0 : power;
    const ThermalModel::Regime cooling = model_.regime(sleep, air_c, 1.0);
    return {sleep, 0.0, ThermalModel::step(cooling, board_c, step_s_).end_c};
  }
  const ThermalModel::Regime warming = model_.regime(power, air_c, 1.0);
  double full_s = step_s_;  // until the boards are as warm as they may get
  if (warming.steady_c > model_.throttle_c()) {
    const double to_go = (warming.steady_c - std::min(board_c, model_.throttle_c())) /
                         (warming.steady_c - model_.throttle_c());
    full_s = std::min(step_s_, std::log(to_go) / warming.rate_per_s);
  }
  const auto drawn = [&](double at_power, const ThermalModel::Regime& regime, double mean_c) {
    return model_.board_part() *
           (model_.board_power(at_power, mean_c) + model_.fan_power(regime.fan_speed));
  };
  Step step{.board_c = board_c};
  if (full_s > 0.0) {
    const ThermalModel::Step heat = ThermalModel::step(warming, board_c, full_s);
    step = {drawn(power, warming, heat.mean_c) * full_s / step_s_, full_s / step_s_, heat.end_c};
  }
  if (full_s < step_s_) {
    const double held = std::max(0.0, model_.most_power(model_.throttle_c(), air_c, 1.0));
    const ThermalModel::Regime holding = model_.regime(held, air_c, 1.0);
    const double held_s = step_s_ - full_s;
    const ThermalModel::Step heat = ThermalModel::step(holding, step.board_c, held_s);
    step.power += drawn(held, holding, heat.mean_c) * held_s / step_s_;
    step.part += held / power * held_s / step_s_;
    step.board_c = heat.end_c;
  }
  return step;
}

}  // namespace aicmp
