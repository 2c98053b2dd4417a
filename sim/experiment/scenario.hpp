#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/attack/attack_config.hpp"
#include "sim/base/options.hpp"
#include "sim/base/units.hpp"
#include "sim/chain/network.hpp"
#include "sim/experiment/feedback_config.hpp"
#include "sim/experiment/toml_provenance.hpp"
#include "sim/fleet/fleet_config.hpp"
#include "sim/fleet/site_config.hpp"
#include "sim/market/energy.hpp"
#include "sim/market/fees.hpp"
#include "sim/market/price.hpp"
#include "sim/pool/ledger.hpp"
#include "sim/pool/pool_config.hpp"

namespace aicmp {

/// How long, how exactly and how often a scenario runs.
struct RunConfig {
  std::string name = "unnamed";
  std::string question;
  double days = 30.0;
  std::int64_t seed = 1;
  std::int64_t replications = 1;
  Fidelity fidelity = Fidelity::kFlow;
  double sample_hours = 24.0;                // between rows of timeseries.csv
  double variation_days = 30.0;              // over which payouts are summed for their variation
  LedgerDetail ledger = LedgerDetail::kOff;  // of the first replication

  Time horizon() const { return Time::days(days); }
};

/// One study, complete: everything that a scenario file can say.
struct Scenario {
  RunConfig run;
  NetworkConfig network;
  PriceConfig price;
  FeeConfig fees;
  EnergyConfig energy;
  std::vector<SiteConfig> sites;  // where groups are; empty: one place at the prices of `energy`
  FleetConfig fleet;
  PoolConfig pool;
  AttackConfig attack;
  FeedbackConfig feedback;
  Provenance origin;  // who set what, for errors that show late
};

/// The places that groups are at: those configured, or one at the prices of `energy`.
std::vector<SiteConfig> sites_of(const Scenario& scenario);

/// The option registry bound to `scenario`, which must outlive it.
OptionTable options_of(Scenario& scenario);

/// Checks what concerns several options; ConfigError with the place that set the one at fault.
void check(const Scenario& scenario);

/// Loads and checks a scenario file; every error is a ConfigError with file and line, or an
/// IoError. Nothing is written. `overrides` are `key=value`, later ones win.
Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides = {});

/// `base` with `overrides` on top, checked like a loaded scenario.
Scenario with_overrides(Scenario base, const std::vector<std::string>& overrides);

}  // namespace aicmp
