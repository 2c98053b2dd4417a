#include "sim/market/ambient.hpp"

#include <cmath>
#include <memory>

#include "sim/base/error.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/history.hpp"
#include "sim/market/hourly_level.hpp"
#include "sim/market/step_sources.hpp"

namespace aicmp {
namespace {

class Seasons final : public StepSource {
 public:
  Seasons(const AmbientConfig& config, Rng rng, const CivilTime& local)
      : config_(config),
        local_(local),
        noise_(config.noise_persistence_per_day, 0.0, nullptr, rng),
        hour_(hour_at_start(local)) {}

  Step next() override {
    const Time begin = hour_;
    const Time middle = begin + Time::hours(0.5);
    hour_ = begin + Time::hours(1.0);
    const double day = local_.day_fraction(middle) - config_.peak_hour / 24.0;
    const double year =
        local_.year_fraction(middle) - config_.peak_day_of_year / CivilTime::kYearDays;
    return {begin, config_.mean_c + config_.daily_amplitude_c * std::cos(kTurn * day) +
                       config_.yearly_amplitude_c * std::cos(kTurn * year) +
                       config_.noise_sd_c * noise_.next(begin)};
  }

 private:
  AmbientConfig config_;
  CivilTime local_;
  HourlyLevel noise_;
  Time hour_;
};

std::unique_ptr<StepSource> make_source(const AmbientConfig& config, double utc_offset_hours,
                                        const WorldKey& key, std::uint32_t site,
                                        std::int64_t start_unix_s, Time horizon) {
  const CivilTime civil(start_unix_s);
  switch (config.model) {
    case AmbientModel::kConstant:
      break;
    case AmbientModel::kSeasons:
      return std::make_unique<Seasons>(
          config, Rng(key, StreamId::kAmbient, site),
          CivilTime(start_unix_s + std::llround(utc_offset_hours * 3600.0)));
    case AmbientModel::kReplay:
      if (config.file.empty()) {
        throw ConfigError({}, "ambient.file", "a replay needs a file of temperatures");
      }
      return replay_steps(read_history({.path = config.file,
                                        .column = config.column,
                                        .limits = Limits::between(-60.0, 70.0),
                                        .date_row = DateRow::kTotal,
                                        .utc_offset_hours = utc_offset_hours,
                                        .span = span_of_run(civil, horizon)}),
                          civil);
  }
  return constant_step(config.mean_c);
}

}  // namespace

void add_options(OptionTable& table, AmbientConfig& config, const std::string& prefix) {
  const Limits swing = Limits::between(0.0, 40.0);
  table.add_choice(prefix + "model", config.model,
                   {{"constant", AmbientModel::kConstant},
                    {"seasons", AmbientModel::kSeasons},
                    {"replay", AmbientModel::kReplay}},
                   "Temperature of the air: constant, by day and year with noise, or history.");
  table.add(prefix + "mean_c", config.mean_c, "C", Limits::between(-40.0, 60.0),
            "Mean over the year, or the constant.");
  table.add(prefix + "daily_amplitude_c", config.daily_amplitude_c, "C", swing,
            "Swing over the day, mean to peak.");
  table.add(prefix + "peak_hour", config.peak_hour, "h", Limits::between(0.0, 24.0),
            "Local hour of the daily peak.");
  table.add(prefix + "yearly_amplitude_c", config.yearly_amplitude_c, "C", swing,
            "Swing over the year, mean to peak.");
  table.add(prefix + "peak_day_of_year", config.peak_day_of_year, "days",
            Limits::between(0.0, 366.0), "Day of the yearly peak.");
  table.add(prefix + "noise_sd_c", config.noise_sd_c, "C", Limits::between(0.0, 20.0),
            "Standard deviation of the weather about that.");
  table.add(prefix + "noise_persistence_per_day", config.noise_persistence_per_day, "",
            {.min = 0.0, .max = 1.0, .max_open = true}, "Its autocorrelation after 24 hours.");
  table.add(prefix + "heat_wave_day", config.heat_wave_day, "d", Limits::between(0.0, 36'500.0),
            "Day of the run at which a heat wave begins.");
  table.add(prefix + "heat_wave_days", config.heat_wave_days, "d", Limits::between(0.0, 36'500.0),
            "How long it lasts; 0: there is none.");
  table.add(prefix + "heat_wave_rise_c", config.heat_wave_rise_c, "C", swing,
            "What it adds to the temperature.");
  table.add_path(prefix + "file", config.file,
                 "CSV with a column time, time_utc (Unix seconds), time_local or date, and one of "
                 "temperatures.");
  table.add(prefix + "column", config.column, "Column that holds degrees Celsius.");
}

Ambient::Ambient(const AmbientConfig& config, double utc_offset_hours, const WorldKey& key,
                 std::uint32_t site, std::int64_t start_unix_s, Time horizon)
    : config_(config),
      path_(make_source(config, utc_offset_hours, key, site, start_unix_s, horizon)) {}

double Ambient::at(Time t) {
  const double day = t.in_days() - config_.heat_wave_day;
  const bool wave = day >= 0.0 && day < config_.heat_wave_days;
  return path_.at(t) + (wave ? config_.heat_wave_rise_c : 0.0);
}

}  // namespace aicmp
