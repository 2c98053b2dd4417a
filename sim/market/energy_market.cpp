#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/units.hpp"
#include "sim/market/energy_models.hpp"

namespace aicmp {
namespace {

constexpr double kEnergyHoursPerYear = 24.0 * kDaysPerMarketYear;

class MarketEnergy final : public StepSource {
 public:
  MarketEnergy(const EnergyConfig::Market& config, Rng rng, const CivilTime& local)
      : config_(config), local_(local), rng_(rng), step_(Time::hours(config.step_minutes / 60.0)) {
    const double hours = config.step_minutes / 60.0;
    spike_begins_ = config.spikes_per_year * hours / kEnergyHoursPerYear;
    spike_ends_ = hours / config.spike_mean_hours;
    glut_begins_ = config.gluts_per_year * hours / kEnergyHoursPerYear;
    glut_ends_ = hours / config.glut_mean_hours;
    persistence_ = std::exp2(-hours / config.base_half_life_hours);

    const Time since_boundary =
        Time::nanoseconds(local.start_unix_s() * 1'000'000'000 % step_.ns());
    now_ = Time() - since_boundary;
    log_base_ = normal(rng_);
    // The stationary law of the states: weights are mean stays times rates of entry.
    const double spiked = spike_begins_ / spike_ends_;
    const double glutted = glut_begins_ / glut_ends_;
    const double u = uniform(rng_) * (1.0 + spiked + glutted);
    if (u < spiked) enter(State::kSpike);
    if (u >= spiked && u < spiked + glutted) enter(State::kGlut);
  }

  Step next() override {
    const Step step{now_, price()};
    now_ += step_;
    log_base_ =
        persistence_ * log_base_ + std::sqrt(1.0 - persistence_ * persistence_) * normal(rng_);
    change_state();
    return step;
  }

 private:
  enum class State { kNormal, kSpike, kGlut };

  double price() const {
    if (state_ == State::kGlut) return -size_;
    const double sd = config_.base_sd_log;
    const double season =
        1.0 +
        config_.daily_amplitude *
            std::cos(kTurn * (local_.day_fraction(now_) - config_.peak_hour / 24.0)) +
        config_.yearly_amplitude *
            std::cos(kTurn * (local_.year_fraction(now_) -
                              config_.peak_day_of_year / CivilTime::kYearDays));
    const double base =
        config_.base_usd_per_mwh * season * std::exp(sd * log_base_ - 0.5 * sd * sd);
    return state_ == State::kSpike ? base + size_ : base;
  }

  void change_state() {
    const double u = uniform(rng_);
    switch (state_) {
      case State::kNormal:
        if (u < spike_begins_) {
          enter(State::kSpike);
        } else if (u < spike_begins_ + glut_begins_) {
          enter(State::kGlut);
        }
        break;
      case State::kSpike:
        if (u < spike_ends_) state_ = State::kNormal;
        break;
      case State::kGlut:
        if (u < glut_ends_) state_ = State::kNormal;
        break;
    }
  }

  void enter(State state) {
    state_ = state;
    const double e = exponential(rng_);
    size_ = state == State::kGlut
                ? config_.glut_mean_usd_per_mwh * e
                : std::min(config_.spike_max_usd_per_mwh,
                           config_.spike_min_usd_per_mwh * std::exp(e / config_.spike_tail_index));
  }

  EnergyConfig::Market config_;
  CivilTime local_;
  Rng rng_;
  Time step_;
  Time now_;
  double spike_begins_;
  double spike_ends_;
  double glut_begins_;
  double glut_ends_;
  double persistence_;
  double log_base_;
  State state_ = State::kNormal;
  double size_ = 0.0;  // of the present spike or glut
};

}  // namespace

std::unique_ptr<StepSource> market_energy(const EnergyConfig::Market& config, const WorldKey& key,
                                          std::uint32_t site, const CivilTime& local) {
  const double hours = config.step_minutes / 60.0;
  if (std::min(config.spike_mean_hours, config.glut_mean_hours) < hours) {
    throw ConfigError({}, "energy.market", "spikes and gluts must last for a step or longer",
                      fmt::format(">= {} h", hours));
  }
  if (config.spike_max_usd_per_mwh < config.spike_min_usd_per_mwh) {
    throw ConfigError({}, "energy.market.spike_max_usd_per_mwh", "is below spike_min_usd_per_mwh",
                      fmt::format(">= {}", config.spike_min_usd_per_mwh));
  }
  return std::make_unique<MarketEnergy>(config, Rng(key, StreamId::kEnergy, site), local);
}

}  // namespace aicmp
