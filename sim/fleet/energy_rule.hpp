#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/options.hpp"

namespace aicmp {

/// What hash rate of that efficiency earns with a MWh: hash price / (.024 h x J/TH).
double revenue_usd_per_mwh(double hash_price_usd_per_phs_day, double joules_per_th);

/// What it means to run or to stop for a while, per MW of running machines.
struct EnergyStakes {
  double revenue_usd_per_mwh = 0.0;
  double sleep_power = 0.0;    // drawn while stopped, over running power
  double restart_hours = 0.0;  // of revenue lost at each start, at full power
  double restart_wear_usd = 0.0;

  /// Price above which machines lose less when stopped: revenue / (1 - sleep power).
  double break_even_usd_per_mwh() const { return revenue_usd_per_mwh / (1.0 - sleep_power); }
  double restart_usd() const { return restart_hours * revenue_usd_per_mwh + restart_wear_usd; }
  /// Profit of `hours` in USD per MW, restarts left out.
  double profit_usd(bool runs, double price_usd_per_mwh, double hours) const {
    return hours *
           (runs ? revenue_usd_per_mwh - price_usd_per_mwh : -sleep_power * price_usd_per_mwh);
  }
};

/// What a controller sees at a control point.
struct EnergyView {
  EnergyStakes stakes;
  bool running = true;
  double period_hours = 1.0;
  double price_usd_per_mwh = 0.0;
  /// Prices by period from now on, the present one first; only for rules that look ahead.
  std::span<const double> prices_ahead = {};
};

enum class EnergyRuleKind {
  kAlways,
  kGreedy,          // run where the price is at most the break-even price
  kHysteresis,      // stop and start at two thresholds
  kDemandResponse,  // hysteresis, and the site's power offered while that is worth it
  kClairvoyant,     // knows all prices: a bound, not a controller
};

/// Options `decision.*` of a site.
struct DecisionConfig {
  EnergyRuleKind rule = EnergyRuleKind::kAlways;
  double stop_above = 1.3;    // times the break-even price
  double start_below = 0.95;  // times the break-even price
  double restart_wear_usd_per_mw = 10.0;
  double foresight_hours = 168.0;
  bool tunes_power = false;
  double peak_guard = 0.0;
};

/// `prefix` ends in a dot.
void add_options(OptionTable& table, DecisionConfig& config, const std::string& prefix);

/// Decides whether machines run until the next control point. Has no state of its own.
class EnergyRule {
 public:
  virtual ~EnergyRule() = default;
  virtual bool runs(const EnergyView& view) const = 0;
  virtual bool looks_ahead() const { return false; }
};

std::unique_ptr<EnergyRule> make_energy_rule(const DecisionConfig& config);

/// For each period whether to run, so that profit is the highest there is: dynamic programming
/// backwards over two states.
std::vector<bool> best_plan(const EnergyStakes& stakes, bool running, double period_hours,
                            std::span<const double> prices_usd_per_mwh);

/// Profit in USD per MW and hour of a rule on a record of prices, from a running start.
double trace_profit_usd_per_mwh(const EnergyRule& rule, const EnergyStakes& stakes,
                                double period_hours, std::span<const double> prices_usd_per_mwh);

/// The thresholds of a hysteresis that earn most on a record of prices: stop 1 to 4 times and start
/// .4 to 1 times the break-even price, on a grid of 5 %.
DecisionConfig tuned_hysteresis(const EnergyStakes& stakes, double period_hours,
                                std::span<const double> prices_usd_per_mwh);

}  // namespace aicmp
