#include "sim/market/energy.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/base/error.hpp"
#include "sim/market/civil_time.hpp"
#include "sim/market/energy_models.hpp"
#include "sim/market/history.hpp"
#include "sim/market/step_sources.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kHours = 24;
constexpr int kHoursPerWeek = 168;
constexpr std::int64_t kHourS = 3600;

/// Steps only where the price differs from the hour before.
class TimeOfUseEnergy final : public StepSource {
 public:
  TimeOfUseEnergy(const EnergyConfig::TimeOfUse& tariff, const CivilTime& local)
      : tariff_(tariff), local_(local) {
    hour_ = Time::seconds(-static_cast<double>(local.start_unix_s() % kHourS));
  }

  Step next() override {
    const Time begin = hour_;
    if (begin == Time::forever()) return {begin, 0.0};
    const double price = price_at(begin);
    for (int hours = 1; hours <= kHoursPerWeek; ++hours) {
      hour_ = begin + Time::hours(hours);
      if (price_at(hour_) != price) return {begin, price};
    }
    hour_ = Time::forever();
    return {begin, price};
  }

 private:
  double price_at(Time hour) const {
    // Half past, as shares of a day or week are rounded.
    const Time middle = hour + Time::hours(0.5);
    const bool weekend = local_.week_fraction(middle) >= 5.0 / 7.0;
    const auto index = static_cast<std::size_t>(local_.day_fraction(middle) * kHours);
    return (weekend ? tariff_.weekend_usd_per_mwh : tariff_.weekday_usd_per_mwh)[index];
  }

  EnergyConfig::TimeOfUse tariff_;
  CivilTime local_;
  Time hour_;
};

void check_tariff(const std::vector<double>& prices, const char* key) {
  if (prices.size() == kHours) return;
  throw ConfigError({}, std::string("energy.time_of_use.") + key,
                    "has " + std::to_string(prices.size()) + " prices", "24, one for each hour");
}

std::unique_ptr<StepSource> replayed_energy(const EnergyConfig& config, const CivilTime& civil,
                                            Time horizon) {
  if (config.replay.file.empty()) {
    throw ConfigError({}, "energy.replay.file", "a replay needs a file of prices");
  }
  return replay_steps(read_history({.path = config.replay.file,
                                    .column = config.replay.column,
                                    .limits = {},
                                    .date_row = DateRow::kTotal,
                                    .utc_offset_hours = config.utc_offset_hours,
                                    .span = span_of_run(civil, horizon)}),
                      civil);
}

std::unique_ptr<StepSource> make_source(const EnergyConfig& config, const WorldKey& key,
                                        std::uint32_t site, std::int64_t start_unix_s,
                                        Time horizon) {
  const CivilTime local(start_unix_s + std::llround(config.utc_offset_hours * 3600.0));
  switch (config.model) {
    case EnergyModel::kFlat:
      break;
    case EnergyModel::kTimeOfUse:
      check_tariff(config.time_of_use.weekday_usd_per_mwh, "weekday_usd_per_mwh");
      check_tariff(config.time_of_use.weekend_usd_per_mwh, "weekend_usd_per_mwh");
      return std::make_unique<TimeOfUseEnergy>(config.time_of_use, local);
    case EnergyModel::kMarket:
      return market_energy(config.market, key, site, local);
    case EnergyModel::kReplay:
      return replayed_energy(config, CivilTime(start_unix_s), horizon);
  }
  return constant_step(config.flat_usd_per_mwh);
}

void add_market_options(OptionTable& table, EnergyConfig::Market& market,
                        const std::string& prefix) {
  const Limits rate = Limits::between(0.0, 8760.0);
  const Limits price = Limits::between(0.0, 100'000.0);
  table.add(prefix + "step_minutes", market.step_minutes, "min", Limits::between(1.0, 1440.0),
            "Time between price changes.");
  table.add(prefix + "base_usd_per_mwh", market.base_usd_per_mwh, "USD/MWh", price,
            "Mean price outside spikes and gluts.");
  table.add(prefix + "base_sd_log", market.base_sd_log, "", Limits::between(0.0, 3.0),
            "Standard deviation of the logarithm of that price.");
  table.add(prefix + "base_half_life_hours", market.base_half_life_hours, "h", Limits::positive(),
            "Time after which half of a deviation has gone.");
  table.add(prefix + "daily_amplitude", market.daily_amplitude, "", Limits::between(0.0, 0.5),
            "Relative swing over the day.");
  table.add(prefix + "peak_hour", market.peak_hour, "h", Limits::between(0.0, 24.0),
            "Local hour of the daily peak.");
  table.add(prefix + "yearly_amplitude", market.yearly_amplitude, "", Limits::between(0.0, 0.5),
            "Relative swing over the year.");
  table.add(prefix + "peak_day_of_year", market.peak_day_of_year, "days",
            Limits::between(0.0, 366.0), "Day of the yearly peak.");
  table.add(prefix + "spikes_per_year", market.spikes_per_year, "1/year", rate,
            "Rate at which spikes begin in normal times.");
  table.add(prefix + "spike_mean_hours", market.spike_mean_hours, "h", Limits::positive(),
            "Mean length of a spike.");
  table.add(prefix + "spike_min_usd_per_mwh", market.spike_min_usd_per_mwh, "USD/MWh", price,
            "Least a spike adds.");
  table.add(prefix + "spike_max_usd_per_mwh", market.spike_max_usd_per_mwh, "USD/MWh", price,
            "Most a spike adds.");
  table.add(prefix + "spike_tail_index", market.spike_tail_index, "", Limits::between(0.5, 20.0),
            "Pareto tail index of what a spike adds.");
  table.add(prefix + "gluts_per_year", market.gluts_per_year, "1/year", rate,
            "Rate at which episodes of negative prices begin in normal times.");
  table.add(prefix + "glut_mean_hours", market.glut_mean_hours, "h", Limits::positive(),
            "Mean length of such an episode.");
  table.add(prefix + "glut_mean_usd_per_mwh", market.glut_mean_usd_per_mwh, "USD/MWh", price,
            "Mean depth below zero.");
}

}  // namespace

EnergyConfig::TimeOfUse::TimeOfUse()
    : weekday_usd_per_mwh(kHours, 35.0), weekend_usd_per_mwh(kHours, 35.0) {
  for (std::size_t hour = 16; hour < 20; ++hour) weekday_usd_per_mwh[hour] = 90.0;
}

EnergyPrice::EnergyPrice(const EnergyConfig& config, const WorldKey& key, std::uint32_t site,
                         std::int64_t start_unix_s, Time horizon)
    : path_(make_source(config, key, site, start_unix_s, horizon)) {}

double EnergyPrice::mean_usd_per_mwh(Time from, Time to) {
  double sum = 0.0;
  for (Time t = from; t < to;) {
    const Time next = std::min(path_.next_change(t), to);
    sum += path_.at(t) * (next - t).in_seconds();
    t = next;
  }
  return sum / (to - from).in_seconds();
}

void add_options(OptionTable& table, EnergyConfig& config, const std::string& prefix) {
  const Limits price = Limits::between(-100'000.0, 100'000.0);
  table.add_choice(prefix + "model", config.model,
                   {{"flat", EnergyModel::kFlat},
                    {"time_of_use", EnergyModel::kTimeOfUse},
                    {"market", EnergyModel::kMarket},
                    {"replay", EnergyModel::kReplay}},
                   "Price of energy: constant, a tariff by the hour, a random market price with "
                   "spikes and negative prices, or history.");
  table.add(prefix + "flat_usd_per_mwh", config.flat_usd_per_mwh, "USD/MWh", price,
            "The constant price.");
  table.add(prefix + "utc_offset_hours", config.utc_offset_hours, "h", Limits::between(-12.0, 14.0),
            "Zone of tariff hours, of the market's daily season and of time_local columns.");
  table.add(prefix + "time_of_use.weekday_usd_per_mwh", config.time_of_use.weekday_usd_per_mwh,
            "USD/MWh", price, "24 prices, Monday to Friday, from midnight.");
  table.add(prefix + "time_of_use.weekend_usd_per_mwh", config.time_of_use.weekend_usd_per_mwh,
            "USD/MWh", price, "24 prices, Saturday and Sunday, from midnight.");
  add_market_options(table, config.market, prefix + "market.");
  table.add_path(prefix + "replay.file", config.replay.file,
                 "CSV with a column time, time_utc (Unix seconds), time_local or date, and one of "
                 "prices.");
  table.add(prefix + "replay.column", config.replay.column, "Column that holds USD/MWh.");
}

}  // namespace aicmp
