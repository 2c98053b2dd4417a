#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/fleet/energy_rule.hpp"
#include "sim/fleet/failures.hpp"
#include "sim/fleet/fleet_config.hpp"
#include "sim/fleet/owner_limits.hpp"
#include "sim/fleet/population.hpp"
#include "sim/fleet/power_curve.hpp"
#include "sim/fleet/site_config.hpp"
#include "sim/fleet/thermal.hpp"

namespace aicmp {

/// Sums over the time of a machine since the start.
struct MachineTotals {
  double energy_j = 0.0;   // at the wall, fans included
  double hashes_th = 0.0;  // that reached the pool, 1e12 hashes
  double up_s = 0.0;       // hashing for the pool
  double celsius_s = 0.0;  // integral of the temperature of its boards
  double energy_usd = 0.0;
  double revenue_usd = 0.0;   // expected value of its hashes before fees
  float hottest_c = -273.0F;  // of its boards
  float hottest_chip_c = -273.0F;
  float repair_usd = 0.0F;
  std::uint32_t failures = 0;
};

/// Sums over the time of a site since the start.
struct SiteTotals {
  double energy_j = 0.0;
  double hashes_th = 0.0;
  double energy_usd = 0.0;  // by its price; below 0 where it was paid to draw
  double revenue_usd = 0.0;
  double response_credit_usd = 0.0;
  double response_penalty_usd = 0.0;
  double wear_usd = 0.0;     // of restarts
  double machine_s = 0.0;    // time of all machines
  double up_s = 0.0;         // of it, hashing for the pool
  double stopped_s = 0.0;    // stopped by the controller
  double throttled_s = 0.0;  // running at less power than wanted because of heat
  double hot_s = 0.0;        // stopped by heat
  double faulty_s = 0.0;
  double called_s = 0.0;    // within calls, of the site
  double highest_w = 0.0;   // of a time between two control points
  std::int64_t starts = 0;  // of machines
};

/// A time between two control points at a site, for those who watch.
struct SiteState {
  double price_usd_per_mwh = 0.0;  // mean
  double air_c = 0.0;
  double power_w = 0.0;
  double hashes_per_s = 0.0;
  double running_part = 0.0;  // of its machines, as the controller wants
  double hot_part = 0.0;      // stopped or throttled by heat
  bool called = false;
};

/// Something that a person at the site would be told.
struct SiteNotice {
  enum class Kind { kStopped, kStarted, kCall, kCallOver, kHeat, kHeatOver, kFailure, kRepair };
  Kind kind = Kind::kStopped;
  Time time;
  std::uint32_t site = 0;
  std::uint32_t machine = 0;  // of failures and repairs
  Fault fault = Fault::kNone;
};
const char* name_of(SiteNotice::Kind kind);

/// What holds for a machine at present.
struct MachineLimits {
  double max_power_w = 0.0;  // at the wall; 0 is none
  double throttle_c = 0.0;
  double off_c = 0.0;
  double warn_c = 0.0;
  double most_part = 0.0;  // of the nominal power of its boards, by max_power_w
};

/// All modelled machines, as a structure of arrays, and the sites that they are at.
///
/// Between two control points everything about a machine is constant but its temperature, which
/// follows an exact exponential, and its failures, repairs and start, which come when they come:
/// what a miner sends to the pool meanwhile is the mean of its machines, so that the counts of
/// shares have their exact law. Costs do not depend on the number of miners or sites.
class Plant {
 public:
  /// `miners` as drawn from `fleet`. `sites` must outlive the plant. Throws ConfigError (keys
  /// `sites[i]...`) or IoError.
  Plant(const FleetConfig& fleet, std::span<const SiteConfig> sites, const Population& miners,
        const WorldKey& key, std::int64_t start_unix_s, Time horizon);

  /// Lets the machines live from the last control point, which is now, until the next one.
  /// `hash_price` is that of now.
  void step(double hash_price_usd_per_phs_day);
  /// The control point up to which everything is accounted for.
  Time until() const { return until_; }
  /// Charges for the last month.
  void close();
  /// New limits of all machines of an account, from the next step on. Throws ConfigError (keys of
  /// OwnerLimits) if it has no modelled machines, or they cannot run so.
  void set_limits(std::uint32_t account, const OwnerLimits& limits);

  /// Mean hash rate of each account until until(), over that of its machines in their mode; 1 of
  /// accounts without modelled machines.
  std::span<const double> parts() const { return parts_; }
  /// What happened in the last step.
  std::span<const SiteNotice> notices() const { return notices_; }

  std::size_t machines() const { return totals_.size(); }
  std::span<const MachineTotals> totals() const { return totals_; }
  std::span<const SiteTotals> site_totals() const { return site_totals_; }
  std::span<const SiteState> site_states() const { return site_states_; }
  const GridCharges& charges(std::size_t site) const { return sites_[site].charges; }
  const SiteConfig& site_config(std::size_t site) const { return *sites_[site].config; }
  std::size_t machines_at(std::size_t site) const { return sites_[site].machines; }

  std::uint32_t account_of(std::size_t machine) const { return account_[machine]; }
  std::uint32_t site_of(std::size_t machine) const { return groups_[group_of(machine)].site; }
  /// Index into FleetConfig::groups.
  std::uint32_t fleet_group_of(std::size_t machine) const;
  /// In its mode.
  double nameplate_ths(std::size_t machine) const {
    return groups_[group_of(machine)].mode.hashrate_ths;
  }
  Fault fault(std::size_t machine) const { return fault_[machine]; }
  /// Of its boards, at until().
  double celsius(std::size_t machine) const { return celsius_[machine]; }
  const MachineLimits& limits(std::size_t machine) const {
    return own_limits_.empty() ? groups_[group_of(machine)].limits : own_limits_[machine];
  }

 private:
  /// Machines that are alike: those of a group of miners.
  struct Group {
    std::uint32_t fleet_group = 0;
    std::uint32_t site = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    MachinesConfig config;
    PowerCurve curve;
    OperatingPoint mode;
    ThermalModel thermal;
    Failures failures;
    double board_w = 0.0;       // nominal power of the boards, in the mode
    MachineLimits limits = {};  // of machines whose owners have set no others since
    double most_part = 0.0;     // highest of its machines
    double sleep_w = 0.0;
    double worst_quality = 1.0;  // of its machines
    OperatingPoint set;          // of a mean machine, present
    bool wanted = true;          // by the rule
    std::uint32_t running = 0;   // the first so many machines
  };
  struct Site {
    const SiteConfig* config = nullptr;
    std::unique_ptr<EnergyRule> rule;
    EnergyPrice price;
    Ambient ambient;
    SystemLoad load;
    GridCharges charges;
    std::vector<Call> calls;
    std::vector<std::uint32_t> groups;  // by J/TH
    std::uint32_t machines = 0;
    double nameplate_w = 0.0;
    double sleep_w = 0.0;
    double offered_w = 0.0;    // to the grid, at present
    double usual_price = 0.0;  // mean of a week
    bool hot = false;
    bool called = false;
    bool stopped = false;
  };
  struct Tally;

  static MachineLimits changed(const Group& group, MachineLimits limits, const OwnerLimits& by);
  std::size_t group_of(std::size_t machine) const;
  void add_group(const FleetConfig& fleet, std::uint32_t index, const Population& miners,
                 const WorldKey& key);
  Time next_control() const;
  void decide(Site& site, double hash_price, Time to);
  double power_cap_w(Site& site) const;
  void offer(Site& site, double hash_price);
  void live(Group& group, double air_c, double dt_s, double usd_per_j, double usd_per_th,
            Tally& tally);
  struct Spell;
  Spell live_through(Group& group, std::uint32_t machine, double dt_s, bool powered);
  void settle(std::uint32_t index, const Tally& tally, Time to);
  void watch(std::uint32_t index, Time to);

  Time period_;
  Time horizon_;
  Time now_;
  Time until_;
  Time grid_start_;  // a boundary of control periods, at 0 or before
  double years_ = 0.0;

  std::vector<Group> groups_;
  std::vector<Site> sites_;
  std::vector<double> base_;  // by account: hash rate of its machines in their mode
  std::vector<double> parts_;
  std::vector<double> prices_ahead_;

  // By machine.
  std::vector<std::uint32_t> account_;
  std::vector<float> quality_;     // power over that of the model at equal hash rate
  std::vector<float> resistance_;  // thermal, over that of the model, when new
  std::vector<double> celsius_;
  std::vector<float> started_s_;  // since its start
  std::vector<Fault> fault_;
  std::vector<double> left_;  // sound: exposure to the next failure; faulty: seconds of repair
  std::vector<float> age_s_;  // of the fault
  std::vector<std::uint32_t> failures_;    // so far
  std::vector<MachineLimits> own_limits_;  // empty until an owner sets some

  std::vector<MachineTotals> totals_;
  std::vector<SiteTotals> site_totals_;
  std::vector<SiteState> site_states_;
  std::vector<SiteNotice> notices_;
};

}  // namespace aicmp
