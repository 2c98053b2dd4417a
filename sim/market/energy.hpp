#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/market/step_path.hpp"

namespace aicmp {

enum class EnergyModel { kFlat, kTimeOfUse, kMarket, kReplay };

/// Options energy.* (or those of one site). Prices in USD/MWh.
struct EnergyConfig {
  EnergyModel model = EnergyModel::kFlat;
  double flat_usd_per_mwh = 50.0;
  /// Zone of the tariff and of `time_local` columns, standard time.
  double utc_offset_hours = 0.0;

  /// 24 prices, one for each local hour.
  struct TimeOfUse {
    std::vector<double> weekday_usd_per_mwh;
    std::vector<double> weekend_usd_per_mwh;
    TimeOfUse();
  } time_of_use;

  /// Base price m s(t) exp(x - var / 2), with x an Ornstein-Uhlenbeck process and s a daily and
  /// yearly season of mean 1, interrupted by spikes (a bounded Pareto variable on top) and by
  /// gluts (minus an exponential variable instead).
  struct Market {
    double step_minutes = 60.0;
    double base_usd_per_mwh = 24.0;
    double base_sd_log = 0.35;
    double base_half_life_hours = 12.0;
    double daily_amplitude = 0.35;
    double peak_hour = 18.0;
    double yearly_amplitude = 0.15;  // peak in the middle of July
    double spikes_per_year = 150.0;
    double spike_mean_hours = 1.5;
    double spike_min_usd_per_mwh = 60.0;
    double spike_max_usd_per_mwh = 5000.0;
    double spike_tail_index = 1.2;
    double gluts_per_year = 60.0;
    double glut_mean_hours = 3.5;
    double glut_mean_usd_per_mwh = 5.0;
  } market;

  /// Replay: a CSV as described in history.hpp.
  std::string file;
  std::string file_column = "price_usd_mwh";
};

/// `prefix` ends in a dot, or is empty for keys relative to a table.
void add_options(OptionTable& table, EnergyConfig& config, const std::string& prefix = "energy.");

/// Price of energy at one site as a step function of time (StreamId::kEnergy, entity = site).
class EnergyPrice {
 public:
  /// Throws ConfigError or IoError; a replay must cover [0, horizon].
  EnergyPrice(const EnergyConfig& config, const WorldKey& key, std::uint32_t site,
              std::int64_t start_unix_s, Time horizon);

  /// May be negative. `t` must be 0 or later.
  double usd_per_mwh(Time t) { return path_.at(t); }
  /// First time after `t` at which the price may change: a control point.
  Time next_change(Time t) { return path_.next_change(t); }

 private:
  StepPath path_;
};

}  // namespace aicmp
