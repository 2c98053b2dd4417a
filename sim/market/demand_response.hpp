#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// Options `response.*` of a site: a programme that pays for load that can be switched off, as an
/// ERCOT load resource is paid. Calls are Poisson; each comes with notice and lasts for a while.
struct ResponseConfig {
  double bid_part = 0.0;  // of the site's nameplate power, that it offers; 0 is no part in it
  bool obeys = true;      // whether it does so when called
  double calls_per_year = 20.0;
  double call_hours = 2.0;  // mean; exponential
  double notice_minutes = 10.0;
  double capacity_usd_per_mwh = 5.0;    // for every hour in which the offered load is there
  double curtailed_usd_per_mwh = 0.0;   // for what is switched off during a call
  double penalty_usd_per_mwh = 1000.0;  // for what was offered and is not
};

/// `prefix` ends in a dot. The first without `obeys`, for whoever decides that from call to call.
void add_terms(OptionTable& table, ResponseConfig& config, const std::string& prefix);
void add_options(OptionTable& table, ResponseConfig& config, const std::string& prefix);

/// Announcements in an hour without a call.
double calls_per_hour(const ResponseConfig& config);

/// What an offer of 1 MW earns in a year if `margin_usd_per_mwh` is the profit that it stops for,
/// calls obeyed: the capacity payment outside calls, plus what is paid for calls less the margin.
double response_value_usd_per_mw_year(const ResponseConfig& config, double margin_usd_per_mwh);

/// A time in which the offered load must be off.
struct Call {
  Time notice;
  Time begin;
  Time end;
};

/// All calls that are announced before `horizon` (StreamId::kDemandResponse, entity = site). A call
/// that would come during another does not.
std::vector<Call> draw_calls(const ResponseConfig& config, const WorldKey& key, std::uint32_t site,
                             Time horizon);

/// Seconds of [from, to] within calls.
double called_s(const std::vector<Call>& calls, Time from, Time to);

}  // namespace aicmp
