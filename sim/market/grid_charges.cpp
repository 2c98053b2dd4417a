#include "sim/market/grid_charges.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "sim/market/civil_time.hpp"
#include "sim/market/history.hpp"
#include "sim/market/hourly_level.hpp"
#include "sim/market/step_sources.hpp"

namespace aicmp {
namespace {

constexpr double kComfortC = 18.0;
constexpr double kNoisePersistencePerDay = 0.5;

/// The part of the load that does not depend on the weather.
class DailyLoad final : public StepSource {
 public:
  DailyLoad(const GridChargesConfig& config, Rng rng, const CivilTime& local)
      : config_(config),
        local_(local),
        noise_(kNoisePersistencePerDay, 0.0, nullptr, rng),
        hour_(hour_at_start(local)) {}

  Step next() override {
    const Time begin = hour_;
    hour_ = begin + Time::hours(1.0);
    const double day =
        local_.day_fraction(begin + Time::hours(0.5)) - config_.load_peak_hour / 24.0;
    return {begin, 1.0 + config_.load_daily_amplitude * std::cos(kTurn * day) +
                       config_.load_noise_sd * noise_.next(begin)};
  }

 private:
  GridChargesConfig config_;
  CivilTime local_;
  HourlyLevel noise_;
  Time hour_;
};

std::int64_t offset_s(double utc_offset_hours, std::int64_t start_unix_s) {
  return start_unix_s + std::llround(utc_offset_hours * 3600.0);
}

std::unique_ptr<StepSource> make_source(const GridChargesConfig& config, double utc_offset_hours,
                                        const WorldKey& key, std::uint32_t site,
                                        std::int64_t start_unix_s, Time horizon) {
  const CivilTime civil(start_unix_s);
  if (config.load_file.empty()) {
    return std::make_unique<DailyLoad>(config, Rng(key, StreamId::kSystemLoad, site),
                                       CivilTime(offset_s(utc_offset_hours, start_unix_s)));
  }
  return replay_steps(read_history({.path = config.load_file,
                                    .column = config.load_column,
                                    .limits = Limits::positive(),
                                    .date_row = DateRow::kTotal,
                                    .utc_offset_hours = utc_offset_hours,
                                    .span = span_of_run(civil, horizon)}),
                      civil);
}

}  // namespace

void add_options(OptionTable& table, GridChargesConfig& config, const std::string& prefix) {
  const Limits charge = Limits::between(0.0, 10'000.0);
  const Limits month = Limits::between(1.0, 12.0);
  table.add(prefix + "demand_usd_per_kw_month", config.demand_usd_per_kw_month, "USD/kW/month",
            charge, "Charge for the highest mean power of a metering period in each month.");
  table.add(prefix + "peak_usd_per_kw_year", config.peak_usd_per_kw_year, "USD/kW/year", charge,
            "Charge for the mean power at the system's monthly peaks of the season.");
  table.add(prefix + "peak_first_month", config.peak_first_month, "", month,
            "First month of the season.");
  table.add(prefix + "peak_last_month", config.peak_last_month, "", month,
            "Last month of the season.");
  table.add_path(prefix + "load_file", config.load_file,
                 "CSV with a column time, time_utc (Unix seconds), time_local or date, and one of "
                 "the system's load; empty: a random load.");
  table.add(prefix + "load_column", config.load_column, "Column that holds the load.");
  table.add(prefix + "load_cooling_per_k", config.load_cooling_per_k, "1/K",
            Limits::between(0.0, 1.0), "Growth of the random load per K of the air above 18 C.");
  table.add(prefix + "load_daily_amplitude", config.load_daily_amplitude, "",
            Limits::between(0.0, 0.9), "Its swing over the day.");
  table.add(prefix + "load_peak_hour", config.load_peak_hour, "h", Limits::between(0.0, 24.0),
            "Local hour of its daily peak, the weather left out.");
  table.add(prefix + "load_noise_sd", config.load_noise_sd, "", Limits::between(0.0, 1.0),
            "Standard deviation of its noise.");
}

SystemLoad::SystemLoad(const GridChargesConfig& config, double utc_offset_hours,
                       const WorldKey& key, std::uint32_t site, std::int64_t start_unix_s,
                       Time horizon)
    : cooling_per_k_(config.load_cooling_per_k),
      replayed_(!config.load_file.empty()),
      path_(make_source(config, utc_offset_hours, key, site, start_unix_s, horizon)) {}

double SystemLoad::at(Time t, double air_c) {
  return path_.at(t) + (replayed_ ? 0.0 : cooling_per_k_ * std::max(0.0, air_c - kComfortC));
}

GridCharges::GridCharges(const GridChargesConfig& config, double utc_offset_hours,
                         std::int64_t start_unix_s, Time metering)
    : config_(config),
      offset_s_(offset_s(utc_offset_hours, start_unix_s)),
      metering_s_(std::max<std::int64_t>(1, metering.ns() / 1'000'000'000)) {}

int GridCharges::month(Time t) const {
  using namespace std::chrono;
  const sys_seconds at{seconds(offset_s_ + t.ns() / 1'000'000'000)};
  const year_month_day date{floor<days>(at)};
  return static_cast<int>(date.year()) * 12 + static_cast<int>(unsigned(date.month())) - 1;
}

bool GridCharges::in_season(Time t) const {
  const int number = month(t) % 12 + 1;
  return config_.peak_usd_per_kw_year > 0.0 && number >= config_.peak_first_month &&
         number <= config_.peak_last_month;
}

std::int64_t GridCharges::period(Time t) const {
  return (offset_s_ + t.ns() / 1'000'000'000) / metering_s_;
}

void GridCharges::add(Time from, Time to, double power_w, double system_load) {
  if (month_ < 0) {
    month_ = month(from);
    period_ = period(from);
  }
  const double seconds = (to - from).in_seconds();
  period_ws_ += power_w * seconds;
  period_s_ += seconds;
  period_load_ = std::max(period_load_, system_load);
  if (period(to) == period_) return;
  end_period();
  period_ = period(to);
  if (const int next = month(to); next != month_) {
    end_month();
    month_ = next;
  }
}

void GridCharges::end_period() {
  if (period_s_ > 0.0) {
    const double mean_w = period_ws_ / period_s_;
    highest_w_ = std::max(highest_w_, mean_w);
    if (period_load_ > highest_load_) {
      highest_load_ = period_load_;
      at_peak_w_ = mean_w;
    }
  }
  period_ws_ = period_s_ = period_load_ = 0.0;
}

void GridCharges::end_month() {
  if (month_ < 0) return;
  demand_usd_ += config_.demand_usd_per_kw_month * highest_w_ * 1e-3;
  const int number = month_ % 12 + 1;
  if (number >= config_.peak_first_month && number <= config_.peak_last_month) {
    const auto months = static_cast<double>(config_.peak_last_month - config_.peak_first_month + 1);
    peak_usd_ += config_.peak_usd_per_kw_year / months * at_peak_w_ * 1e-3;
  }
  highest_w_ = highest_load_ = at_peak_w_ = 0.0;
}

void GridCharges::close() {
  end_period();
  end_month();
  month_ = -1;
}

}  // namespace aicmp
