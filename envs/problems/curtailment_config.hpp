#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "envs/problems/price_forecasts.hpp"
#include "envs/problems/site_heat.hpp"
#include "sim/base/options.hpp"
#include "sim/market/demand_response.hpp"

namespace aicmp {

/// One site of one megawatt that buys power at a price that changes every step. Defaults: case C29
/// (economics, section 2.6).
struct CurtailmentConfig {
  enum class Actions {
    kModes,     // one of off and the running modes
    kFraction,  // the part of the machines that runs; needs exactly one running mode
  };

  Actions actions = Actions::kModes;
  /// The prices of a Markov chain and its transition rows, one after the other.
  std::vector<double> prices_usd_per_mwh = {20.0, 100.0, 400.0};
  std::vector<double> transitions = {.95, .04, .01, .5, .45, .05, .3, .3, .4};
  /// Recorded prices instead of the chain (a CSV as in sim/market/history.hpp); a step is the
  /// spacing of its rows. Split 0 uses rows before `held_out_from`, split 1 the others.
  std::string price_file;
  std::string price_column = "rt_spp_usd_mwh";
  std::string held_out_from = "2025-01-01";
  /// Foretold prices in the observation; of a chain the present price says all.
  ForecastSource forecast = ForecastSource::kNone;

  double revenue_usd_per_mwh = 92.0;  // at full hash rate and power, at the start
  double revenue_volatility = 0.0;    // of its logarithm in a year: a martingale, as the hash price
  double restart_hours = 0.5;         // of hash rate lost when a site that was off runs again
  double restart_wear_usd = 60.0;
  double idle_power = 0.02;  // part of full power drawn while off
  /// Modes beside off: power and hash rate as parts of nameplate.
  std::vector<double> mode_power = {1.0};
  std::vector<double> mode_hash = {1.0};
  /// A programme that pays for load that can be switched off; whether to obey is what is decided.
  ResponseConfig response;
  SiteHeatConfig heat;  // needs Actions::kModes
  std::int64_t steps = 2160;
};

void add_options(OptionTable& table, CurtailmentConfig& config);

}  // namespace aicmp
