#include "sim/market/demand_response.hpp"

#include <algorithm>

#include "sim/base/distributions.hpp"

namespace aicmp {
namespace {

constexpr double kHoursPerYear = 24.0 * kDaysPerYear;

}  // namespace

void add_terms(OptionTable& table, ResponseConfig& config, const std::string& prefix) {
  const Limits price = Limits::between(0.0, 100'000.0);
  table.add(prefix + "bid_part", config.bid_part, "", Limits::between(0.0, 1.0),
            "Part of the site's power that it offers to switch off when called; 0: no part in "
            "the programme.");
  table.add(prefix + "calls_per_year", config.calls_per_year, "1/year",
            Limits::between(0.0, 8760.0), "Calls, Poisson.");
  table.add(prefix + "call_hours", config.call_hours, "h",
            {.min = 0.0, .max = 168.0, .min_open = true}, "Mean length of a call.");
  table.add(prefix + "notice_minutes", config.notice_minutes, "min", Limits::between(0.0, 1440.0),
            "From the call to the time at which the load must be off.");
  table.add(prefix + "capacity_usd_per_mwh", config.capacity_usd_per_mwh, "USD/MWh", price,
            "Paid for every hour in which the offered load is there to be switched off.");
  table.add(prefix + "curtailed_usd_per_mwh", config.curtailed_usd_per_mwh, "USD/MWh", price,
            "Paid for energy not drawn during calls.");
  table.add(prefix + "penalty_usd_per_mwh", config.penalty_usd_per_mwh, "USD/MWh", price,
            "Charged for energy drawn during calls though it was offered.");
}

void add_options(OptionTable& table, ResponseConfig& config, const std::string& prefix) {
  add_terms(table, config, prefix);
  table.add(prefix + "obeys", config.obeys, "Whether the site switches off when called.");
}

double calls_per_hour(const ResponseConfig& config) {
  return config.calls_per_year / kHoursPerYear;
}

double response_value_usd_per_mw_year(const ResponseConfig& config, double margin_usd_per_mwh) {
  const double cycle_hours =
      kHoursPerYear / config.calls_per_year + config.notice_minutes / 60.0 + config.call_hours;
  const double called = kHoursPerYear * config.call_hours / cycle_hours;
  return (kHoursPerYear - called) * config.capacity_usd_per_mwh +
         called * (config.curtailed_usd_per_mwh - margin_usd_per_mwh);
}

std::vector<Call> draw_calls(const ResponseConfig& config, const WorldKey& key, std::uint32_t site,
                             Time horizon) {
  std::vector<Call> calls;
  if (config.bid_part == 0.0 || config.calls_per_year == 0.0) return calls;
  Rng rng(key, StreamId::kDemandResponse, site);
  const Time mean_gap = Time::hours(1.0 / calls_per_hour(config));
  for (Time t;;) {
    t += Time::hours(mean_gap.in_hours() * exponential(rng));
    const Time length = Time::hours(config.call_hours * exponential(rng));
    if (t >= horizon) return calls;
    const Time begin = t + Time::hours(config.notice_minutes / 60.0);
    calls.push_back({t, begin, begin + length});
    t = calls.back().end;
  }
}

double called_s(const std::vector<Call>& calls, Time from, Time to) {
  double sum = 0.0;
  auto call = std::partition_point(calls.begin(), calls.end(),
                                   [&](const Call& c) { return c.end <= from; });
  for (; call != calls.end() && call->begin < to; ++call) {
    sum += (std::min(to, call->end) - std::max(from, call->begin)).in_seconds();
  }
  return sum;
}

}  // namespace aicmp
