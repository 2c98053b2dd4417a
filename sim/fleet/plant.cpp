#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/fleet/plant_tally.hpp"

namespace aicmp {
namespace {

constexpr double kWeekHours = 168.0;
constexpr double kJoulesPerMwh = 3.6e9;
constexpr double kHotPart = 0.1;  // of the machines, that makes a notice

EnergyStakes stakes_of(const OperatingPoint& point, const MachinesConfig& config, double wear_usd,
                       double hash_price) {
  return {
      .revenue_usd_per_mwh = revenue_usd_per_mwh(hash_price, point.power_w / point.hashrate_ths),
      .sleep_power = config.sleep_power,
      .restart_hours = (config.start_minutes + 0.5 * config.ramp_minutes) / 60.0,
      .restart_wear_usd = wear_usd};
}

}  // namespace

const char* name_of(SiteNotice::Kind kind) {
  constexpr std::array kNames = {"site_stopped",    "site_started",  "call",
                                 "call_over",       "heat",          "heat_over",
                                 "machine_failure", "machine_repair"};
  return kNames[static_cast<std::size_t>(kind)];
}

Plant::Plant(const FleetConfig& fleet, std::span<const SiteConfig> sites, const Population& miners,
             const WorldKey& key, std::int64_t start_unix_s, Time horizon)
    : period_(Time::hours(fleet.control_minutes / 60.0)),
      horizon_(horizon),
      grid_start_(Time() - Time::nanoseconds(start_unix_s * 1'000'000'000 % period_.ns())),
      base_(miners.size(), 0.0),
      parts_(miners.size(), 1.0),
      site_totals_(sites.size()),
      site_states_(sites.size()) {
  for (std::uint32_t i = 0; i < sites.size(); ++i) {
    const SiteConfig& site = sites[i];
    const double zone = site.energy.utc_offset_hours;
    try {
      sites_.push_back({.config = &site,
                        .rule = make_energy_rule(site.decision),
                        .price = EnergyPrice(site.energy, key, i, start_unix_s, horizon),
                        .ambient = Ambient(site.ambient, zone, key, i, start_unix_s, horizon),
                        .load = SystemLoad(site.grid, zone, key, i, start_unix_s, horizon),
                        .charges = GridCharges(site.grid, zone, start_unix_s, period_),
                        .calls = draw_calls(site.response, key, i, horizon),
                        .groups = {}});
    } catch (const ConfigError& error) {
      throw error.under(fmt::format("sites[{}].", i));
    }
  }
  for (std::uint32_t g = 0; g < fleet.groups.size(); ++g) {
    if (fleet.groups[g].machines.modelled) add_group(fleet, g, miners, key);
  }
  for (std::uint32_t g = 0; g < groups_.size(); ++g) sites_[groups_[g].site].groups.push_back(g);
  for (Site& site : sites_) {
    std::sort(site.groups.begin(), site.groups.end(), [&](std::uint32_t a, std::uint32_t b) {
      return groups_[a].mode.joules_per_hash() < groups_[b].mode.joules_per_hash();
    });
    site.offered_w = site.config->response.bid_part * (site.nameplate_w - site.sleep_w);
    site.usual_price = site.price.usd_per_mwh(Time());
  }
}

void Plant::add_group(const FleetConfig& fleet, std::uint32_t index, const Population& miners,
                      const WorldKey& key) {
  const GroupConfig& config = fleet.groups[index];
  const AsicCatalogue catalogue(fleet.asics);
  const std::size_t asic = catalogue.find(config.asic, "fleet.groups.asic");
  const AsicModel& model = catalogue[asic];
  const MachinesConfig& machines = config.machines;
  const PowerCurve curve(model, config.mode);
  const OperatingPoint mode = catalogue.operating_point(asic, config.mode, "fleet.groups.mode");
  Group group{.fleet_group = index,
              .site = static_cast<std::uint32_t>(config.energy_site),
              .first = static_cast<std::uint32_t>(account_.size()),
              .config = machines,
              .curve = curve,
              .mode = mode,
              .thermal = ThermalModel(machines.thermal, cooler_of(model.cooling)),
              .failures = Failures(machines.failures, key, index),
              .set = mode};
  group.board_w = mode.power_w * group.thermal.board_part();
  group.sleep_w = mode.power_w * machines.sleep_power;
  group.limits = {.throttle_c = group.thermal.throttle_c(),
                  .off_c = group.thermal.off_c(),
                  .warn_c = machines.thermal.warn_c};
  try {
    group.limits = changed(group, group.limits, {.max_power_w = machines.max_power_w});
  } catch (const ConfigError& error) {
    throw error.under(fmt::format("fleet.groups[{}].machines.", index));
  }
  group.most_part = group.limits.most_part;
  const auto split = Rng::split(key);
  for (std::uint32_t account = 0; account < miners.size(); ++account) {
    if (miners.group[account] != index) continue;
    base_[account] = miners.hashes_per_s[account];
    const std::int64_t own = std::llround(base_[account] / (mode.hashrate_ths * 1e12));
    for (std::int64_t k = 0; k < own; ++k) {
      Rng rng(split, StreamId::kMachines, group.count, index);
      const double quality = std::exp(machines.power_sigma * normal(rng));
      group.worst_quality = std::max(group.worst_quality, quality);
      account_.push_back(account);
      quality_.push_back(static_cast<float>(quality));
      resistance_.push_back(static_cast<float>(std::exp(machines.resistance_sigma * normal(rng))));
      left_.push_back(group.failures.first_exposure(group.count));
      ++group.count;
    }
  }
  group.running = group.count;
  Site& site = sites_[group.site];
  site.machines += group.count;
  site.nameplate_w += mode.power_w * group.count;
  site.sleep_w += group.sleep_w * group.count;
  celsius_.resize(account_.size(), machines.thermal.target_c);
  started_s_.resize(account_.size(), 1e9F);
  fault_.resize(account_.size(), Fault::kNone);
  age_s_.resize(account_.size(), 0.0F);
  failures_.resize(account_.size(), 0);
  totals_.resize(account_.size());
  groups_.push_back(std::move(group));
}

/// `limits` with what an owner sets.
MachineLimits Plant::changed(const Group& group, MachineLimits limits, const OwnerLimits& by) {
  limits.max_power_w = by.max_power_w.value_or(limits.max_power_w);
  limits.throttle_c = by.throttle_c.value_or(limits.throttle_c);
  limits.off_c = by.off_c.value_or(limits.off_c);
  limits.warn_c = by.warn_c.value_or(limits.warn_c);
  const ThermalModel& thermal = group.thermal;
  if (by.throttle_c &&
      (limits.throttle_c < thermal.target_c() || limits.throttle_c > limits.off_c)) {
    throw ConfigError({}, "throttle_c", "boards are held at the lowest and stop above the highest",
                      fmt::format("{:g} to {:g} C", thermal.target_c(), limits.off_c));
  }
  if (by.off_c && limits.off_c < limits.throttle_c) {
    throw ConfigError({}, "off_c", "boards would stop before they are throttled",
                      fmt::format(">= {:g} C", limits.throttle_c));
  }
  const double least = group.curve.min_power_w() / group.mode.power_w;
  limits.most_part = limits.max_power_w > 0.0
                         ? thermal.power_for(limits.max_power_w / group.board_w, limits.off_c)
                         : INFINITY;
  if (limits.most_part < least) {
    const double wall = thermal.most_wall_power(least);
    throw ConfigError({}, "max_power_w", "the machine cannot run at so little",
                      fmt::format("0 or >= {:.0f} W", group.board_w * wall));
  }
  return limits;
}

void Plant::set_limits(std::uint32_t account, const OwnerLimits& limits) {
  if (account >= base_.size() || base_[account] == 0.0) {
    throw ConfigError({}, "miner", fmt::format("{} has no modelled machines", account));
  }
  if (own_limits_.empty()) {
    for (std::size_t i = 0; i < machines(); ++i) {
      own_limits_.push_back(groups_[group_of(i)].limits);
    }
  }
  const auto own = std::lower_bound(account_.begin(), account_.end(), account);
  for (auto i = static_cast<std::size_t>(own - account_.begin());
       i < machines() && account_[i] == account; ++i) {
    Group& group = groups_[group_of(i)];
    own_limits_[i] = changed(group, own_limits_[i], limits);
    group.most_part = std::max(group.most_part, own_limits_[i].most_part);
  }
}

std::size_t Plant::group_of(std::size_t machine) const {
  std::size_t g = groups_.size() - 1;
  while (groups_[g].first > machine) --g;
  return g;
}

std::uint32_t Plant::fleet_group_of(std::size_t machine) const {
  return groups_[group_of(machine)].fleet_group;
}

/// The next boundary of a control period, or the next beginning or end of a call.
Time Plant::next_control() const {
  const std::int64_t passed = (now_ - grid_start_).ns() / period_.ns();
  Time next = std::min(horizon_, grid_start_ + Time::nanoseconds((passed + 1) * period_.ns()));
  for (const Site& site : sites_) {
    const auto call = std::partition_point(site.calls.begin(), site.calls.end(),
                                           [&](const Call& c) { return c.end <= now_; });
    if (call == site.calls.end()) continue;
    next = std::min(next, call->begin > now_ ? call->begin : call->end);
  }
  return next;
}

/// Offers power to the grid where that earns more than stopping for calls costs at the usual price.
void Plant::offer(Site& site, double hash_price) {
  const double all = site.config->response.bid_part * (site.nameplate_w - site.sleep_w);
  if (site.config->decision.rule != EnergyRuleKind::kDemandResponse || site.groups.empty()) {
    site.offered_w = all;
    return;
  }
  const Group& best = groups_[site.groups.front()];
  const double revenue = stakes_of(best.set, best.config, 0.0, hash_price).revenue_usd_per_mwh;
  const double margin = std::max(0.0, revenue - site.usual_price);
  const bool pays = response_value_usd_per_mw_year(site.config->response, margin) > 0.0;
  site.offered_w = pays ? all : 0.0;
}

/// What the machines of a site may draw at most until the next control point.
double Plant::power_cap_w(Site& site) const {
  const SiteConfig& config = *site.config;
  double cap = config.max_power_mw > 0.0 ? config.max_power_mw * 1e6 : INFINITY;
  if (site.called && config.response.obeys) {
    cap = std::min(cap, site.nameplate_w - site.offered_w);
  }
  if (config.decision.peak_guard > 0.0 && site.charges.in_season(now_)) {
    const double load = site.load.at(now_, site.ambient.at(now_));
    if (load >= config.decision.peak_guard * site.charges.highest_load()) cap = 0.0;
  }
  return cap;
}

void Plant::decide(Site& site, double hash_price, Time to) {
  const DecisionConfig& config = site.config->decision;
  site.called = called_s(site.calls, now_, to) > 0.0;
  if (!site.called) offer(site, hash_price);
  prices_ahead_.clear();
  if (site.rule->looks_ahead()) {
    const Time end = std::min(horizon_, now_ + Time::hours(config.foresight_hours));
    for (Time t = now_; t < end; t += period_) {
      prices_ahead_.push_back(site.price.mean_usd_per_mwh(t, std::min(t + period_, end)));
    }
  }
  double left_w = power_cap_w(site) - site.sleep_w;
  SiteTotals& totals = site_totals_[static_cast<std::size_t>(&site - sites_.data())];
  for (const std::uint32_t g : site.groups) {
    Group& group = groups_[g];
    EnergyView view;
    view.stakes = stakes_of(group.set, group.config, config.restart_wear_usd_per_mw, hash_price);
    view.running = group.wanted;
    view.period_hours = period_.in_hours();
    view.price_usd_per_mwh = site.price.usd_per_mwh(now_);
    view.prices_ahead = prices_ahead_;
    group.wanted = site.rule->runs(view);
    const double aging = 1.0 + group.config.aging_per_year * years_;
    if (config.tunes_power) {
      group.set = group.curve.best(hash_price / 24e3, view.price_usd_per_mwh * 1e-3,
                                   group.curve.max_power_w());
    }
    const double most = std::min(
        group.worst_quality * aging * group.set.power_w / group.mode.power_w, group.most_part);
    const double extra_w = group.board_w * group.thermal.most_wall_power(most) - group.sleep_w;
    const double room = std::clamp(left_w / extra_w, 0.0, static_cast<double>(group.count));
    const auto running = group.wanted ? static_cast<std::uint32_t>(room) : 0U;
    left_w -= extra_w * running;
    for (std::uint32_t i = group.running; i < running; ++i) started_s_[group.first + i] = 0.0F;
    if (running > group.running) {
      const std::uint32_t starts = running - group.running;
      totals.starts += starts;
      totals.wear_usd += starts * group.set.power_w * 1e-6 * config.restart_wear_usd_per_mw;
    }
    group.running = running;
  }
}

void Plant::settle(std::uint32_t index, const Tally& tally, Time to) {
  Site& site = sites_[index];
  const ResponseConfig& response = site.config->response;
  SiteTotals& totals = site_totals_[index];
  SiteState& state = site_states_[index];
  const double dt_s = (to - now_).in_seconds();
  state.power_w = tally.energy_j / dt_s;
  state.hashes_per_s = tally.hashes_th * 1e12 / dt_s;
  totals.energy_j += tally.energy_j;
  totals.hashes_th += tally.hashes_th;
  totals.energy_usd += tally.energy_usd;
  totals.revenue_usd += tally.revenue_usd;
  totals.machine_s += dt_s * site.machines;
  totals.up_s += tally.up_s;
  totals.throttled_s += tally.throttled_s;
  totals.hot_s += tally.hot_s;
  totals.faulty_s += tally.faulty_s;
  totals.highest_w = std::max(totals.highest_w, state.power_w);
  std::uint32_t running = 0;
  for (const std::uint32_t g : site.groups) running += groups_[g].running;
  totals.stopped_s += dt_s * (site.machines - running);
  const auto all = std::max(1.0, static_cast<double>(site.machines));
  state.running_part = running / all;
  state.hot_part = (tally.throttled_s + tally.hot_s) / (dt_s * all);
  state.called = site.called;

  // A call asks for no more than what is left when the offered load is off.
  const double mwh = dt_s / kJoulesPerMwh;
  if (site.called) {
    const double missing =
        std::clamp(state.power_w - (site.nameplate_w - site.offered_w), 0.0, site.offered_w);
    totals.called_s += dt_s;
    totals.response_penalty_usd += missing * mwh * response.penalty_usd_per_mwh;
    totals.response_credit_usd += (site.offered_w - missing) * mwh * response.curtailed_usd_per_mwh;
  } else {
    const double there = std::min(site.offered_w, state.power_w);
    totals.response_credit_usd += there * mwh * response.capacity_usd_per_mwh;
  }
  site.charges.add(now_, to, state.power_w, site.load.at(now_, state.air_c));
  const double weight = 1.0 - std::exp(-dt_s / (kWeekHours * 3600.0));
  site.usual_price += weight * (state.price_usd_per_mwh - site.usual_price);
  watch(index, to);
}

void Plant::watch(std::uint32_t index, Time to) {
  Site& site = sites_[index];
  const SiteState& state = site_states_[index];
  const auto changed = [&](bool& was, bool is, SiteNotice::Kind on, SiteNotice::Kind off) {
    if (was != is) notices_.push_back({is ? on : off, now_, index});
    was = is;
  };
  changed(site.stopped, site.machines > 0 && state.running_part == 0.0, SiteNotice::Kind::kStopped,
          SiteNotice::Kind::kStarted);
  changed(site.hot, state.hot_part > kHotPart, SiteNotice::Kind::kHeat,
          SiteNotice::Kind::kHeatOver);
  auto call = std::partition_point(site.calls.begin(), site.calls.end(),
                                   [&](const Call& c) { return c.end < now_; });
  for (; call != site.calls.end() && call->notice < to; ++call) {
    if (call->notice >= now_) notices_.push_back({SiteNotice::Kind::kCall, call->notice, index});
    if (call->end == now_) notices_.push_back({SiteNotice::Kind::kCallOver, now_, index});
  }
}

void Plant::step(double hash_price_usd_per_phs_day) {
  now_ = until_;
  const Time to = next_control();
  const double dt_s = (to - now_).in_seconds();
  years_ = now_.in_days() / kDaysPerYear;
  notices_.clear();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (base_[i] > 0.0) parts_[i] = 0.0;
  }
  for (std::uint32_t i = 0; i < sites_.size(); ++i) {
    Site& site = sites_[i];
    decide(site, hash_price_usd_per_phs_day, to);
    SiteState& state = site_states_[i];
    state.price_usd_per_mwh = site.price.mean_usd_per_mwh(now_, to);
    state.air_c = site.ambient.at(now_);
    Tally tally;
    for (const std::uint32_t g : site.groups) {
      live(groups_[g], state.air_c, dt_s, state.price_usd_per_mwh / kJoulesPerMwh,
           hash_price_usd_per_phs_day / (1e3 * 86400.0), tally);
    }
    settle(i, tally, to);
  }
  std::stable_sort(notices_.begin(), notices_.end(),
                   [](const SiteNotice& a, const SiteNotice& b) { return a.time < b.time; });
  until_ = to;
}

void Plant::close() {
  for (Site& site : sites_) site.charges.close();
}

}  // namespace aicmp
