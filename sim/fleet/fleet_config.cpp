#include "sim/fleet/fleet_config.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

void check_size(const GroupConfig& group, const AsicCatalogue& catalogue, const std::string& key) {
  const std::size_t model = catalogue.find(group.asic, key + ".asic");
  const OperatingPoint machine = catalogue.operating_point(model, group.mode, key + ".mode");
  const bool by_machines = group.mean_machines != GroupConfig().mean_machines;
  const bool by_hash_rate = group.mean_ths > 0.0;
  const bool is_list = group.size.shape == SizeShape::kList;
  if (is_list && group.size.list_ths.empty()) {
    throw ConfigError({}, key + ".list_ths", "size = list needs at least one hash rate");
  }
  if (!is_list && !group.size.list_ths.empty()) {
    throw ConfigError({}, key + ".list_ths", "is used only by size = list");
  }
  if (is_list && (by_machines || by_hash_rate)) {
    throw ConfigError({}, key + (by_machines ? ".mean_machines" : ".mean_ths"),
                      "contradicts size = list, which has a mean of its own");
  }
  if (by_machines && by_hash_rate) {
    throw ConfigError({}, key + ".mean_ths", "contradicts mean_machines; give one of them");
  }
  const double mean_ths = group.mean_machines * machine.hashrate_ths;
  if (mean_ths > kMaxMinerThs) {
    throw ConfigError({}, key + ".mean_machines", fmt::format("makes {:g} TH/s a miner", mean_ths),
                      fmt::format("<= {:g} TH/s", kMaxMinerThs));
  }
}

void check_machines(const GroupConfig& group, const std::string& key) {
  const MachinesConfig& machines = group.machines;
  if (!machines.modelled) return;
  if (group.behaviour == Behaviour::kChoose) {
    throw ConfigError({}, key + ".machines.modelled",
                      "choosing miners stop and start by choice.stops_at_loss, not by machine",
                      "another behaviour");
  }
  if (group.identities > 1) {
    throw ConfigError({}, key + ".identities", "modelled machines work for one account each", "1");
  }
  if (machines.thermal.target_c > std::min(machines.thermal.throttle_c, machines.thermal.off_c)) {
    throw ConfigError({}, key + ".machines.thermal.target_c", "is above throttle_c or off_c");
  }
}

void check_rotation(const GroupConfig& group, const std::string& key) {
  constexpr double kShortest = 1.0 / 60.0;
  if (group.rotate_hours == 0.0 || group.rotate_hours >= kShortest) return;
  throw ConfigError({}, key + ".rotate_hours",
                    fmt::format("{:g} h is less than a minute", group.rotate_hours),
                    "0, or at least 1/60");
}

void check_outside(const FleetConfig& config) {
  if (config.has_choice() && config.outside.empty()) {
    throw ConfigError({}, "fleet.outside", "choosing miners have nothing to choose",
                      "at least one pool");
  }
  std::set<std::string> names;
  double shares = 0.0;
  for (std::size_t i = 0; i < config.outside.size(); ++i) {
    const OutsidePool& pool = config.outside[i];
    const std::string key = fmt::format("fleet.outside[{}]", i);
    if (pool.name.empty()) throw ConfigError({}, key + ".name", "is empty");
    if (!names.insert(pool.name).second) {
      throw ConfigError({}, key + ".name", fmt::format("'{}' is the name of two pools", pool.name));
    }
    shares += pool.pays == OutsidePool::Pays::kPplns ? pool.network_share : 0.0;
    if (shares > 1.0 + 1e-12) {
      throw ConfigError({}, key + ".network_share", fmt::format("the shares sum to {:g}", shares),
                        "at most 1");
    }
  }
}

}  // namespace

void add_options(OptionTable& table, GroupConfig& config) {
  table.add("name", config.name, "Name of the group in results.");
  table.add("count", config.count, "miners", Limits::between(1.0, static_cast<double>(kMaxMiners)),
            "Miners in the group; a miner is one account of the pool.");
  table.add("asic", config.asic, "Model of the machines: built in, or a [[fleet.asic]].");
  table.add("mode", config.mode, "Power mode of the model; empty for its nameplate.");
  table.add("mean_machines", config.mean_machines, "machines",
            {.min = 0.0, .max = 1e9, .min_open = true},
            "Mean number of machines of a miner; need not be whole.");
  table.add("mean_ths", config.mean_ths, "TH/s", Limits::between(0.0, kMaxMinerThs),
            "Mean hash rate of a miner, instead of mean_machines; 0 is unset.");
  add_options(table, config.size);
  table.add_choice("region", config.region, region_names(),
                   "Where the miners are; gives their mean latency to fleet.pool_region.");
  table.add("latency_ms", config.latency_ms, "ms", Limits::between(0.0, 60'000.0),
            "Mean one-way latency to the pool, instead of the region's; 0 is unset.");
  table.add("latency_sigma", config.latency_sigma, "", Limits::between(0.0, 3.0),
            "Standard deviation of ln(latency) between the miners of the group.");
  table.add("share_difficulty", config.share_difficulty, "difficulty-1 shares",
            Limits::between(0.0, 1e18),
            "Difficulty of their shares that the miners ask for (mining.suggest_difficulty), "
            "instead of the pool's rule; 0 is unset.");
  table.add(
      "energy_site", config.energy_site, "", Limits::between(0.0, 4'294'967'295.0),
      "Index of the [[sites]] that the group is at, from 0; 0 is [energy] if there are none.");
  table.add_choice("behaviour", config.behaviour,
                   {{"honest", Behaviour::kHonest},
                    {"hop", Behaviour::kHop},
                    {"withhold", Behaviour::kWithhold},
                    {"choose", Behaviour::kChoose},
                    {"spread", Behaviour::kSpread}},
                   "hop: leave rounds that have grown old; withhold: send shares but no blocks; "
                   "choose: go where pay is worth most, see choice and fleet.outside; spread: mine "
                   "in several pools like this one, which pay alike and are not simulated.");
  table.add("hop_after", config.hop_after, "network difficulties",
            {.min = 0.0, .max = 1e3, .min_open = true},
            "behaviour = hop: work of the round at which the miners leave until the next block.");
  table.add("pools", config.pools, "pools", Limits::between(2.0, 1e6),
            "behaviour = spread: pools that the miners spread over, this one among them.");
  table.add("rotate_hours", config.rotate_hours, "h", Limits::between(0.0, 8760.0),
            "behaviour = spread: each miner is in one pool after the other, so long in each; 0: in "
            "all at once, in equal parts.");
  table.add("identities", config.identities, "accounts", Limits::between(1.0, 1e6),
            "Accounts that each miner splits its hash rate into, in equal parts.");
  table.add("identity_cost_btc_per_month", config.identity_cost_btc_per_month, "BTC/month",
            Limits::between(0.0, 21e6), "What every account of a miner beyond its first costs it.");
  add_options(table, config.choice);
  add_options(table, config.machines, "machines.");
}

void add_options(OptionTable& table, FleetConfig& config) {
  table.add_choice("fleet.pool_region", config.pool_region, region_names(),
                   "Where the pool's server is.");
  table.add_tables("fleet.asic", config.asics, add_options, "Machine models of your own.");
  table.add("fleet.control_minutes", config.control_minutes, "min", Limits::between(1.0, 1440.0),
            "Time between looks at modelled machines: decisions, heat, metering of power; and at "
            "connections of miners.");
  table.add("fleet.review_hours", config.review_hours, "h",
            {.min = 0.0, .max = 8760.0, .min_open = true},
            "Time between looks of choosing miners at what pools pay.");
  table.add_tables<OutsidePool>("fleet.outside", config.outside, add_options,
                                "Pools other than ours where choosing miners can go.");
  table.add_tables<GroupConfig>("fleet.groups", config.groups, add_options,
                                "Groups of miners that are alike.");
}

bool FleetConfig::has_choice() const {
  return std::any_of(groups.begin(), groups.end(), [](const GroupConfig& group) {
    return group.behaviour == Behaviour::kChoose;
  });
}

bool FleetConfig::has_machines() const {
  return std::any_of(groups.begin(), groups.end(),
                     [](const GroupConfig& group) { return group.machines.modelled; });
}

std::int64_t account_count(const FleetConfig& config) {
  std::int64_t count = 0;
  for (const GroupConfig& group : config.groups) count += group.count * group.identities;
  return count;
}

void check(const FleetConfig& config, std::int64_t energy_sites) {
  const AsicCatalogue catalogue(config.asics);
  if (config.groups.empty()) throw ConfigError({}, "fleet.groups", "at least one is needed");
  std::set<std::string> names;
  for (std::size_t i = 0; i < config.groups.size(); ++i) {
    const GroupConfig& group = config.groups[i];
    const std::string key = fmt::format("fleet.groups[{}]", i);
    if (group.name.empty()) throw ConfigError({}, key + ".name", "is empty");
    if (!names.insert(group.name).second) {
      throw ConfigError({}, key + ".name",
                        fmt::format("'{}' is the name of two groups", group.name));
    }
    check_size(group, catalogue, key);
    check_machines(group, key);
    check_rotation(group, key);
    if (group.energy_site >= energy_sites) {
      throw ConfigError({}, key + ".energy_site",
                        fmt::format("there is no energy site {}", group.energy_site),
                        fmt::format("[0, {}]", energy_sites - 1));
    }
  }
  check_outside(config);
  const std::int64_t accounts = account_count(config);
  if (accounts > kMaxMiners) {
    throw ConfigError({}, "fleet.groups", fmt::format("the counts sum to {} accounts", accounts),
                      fmt::format("<= {}", kMaxMiners));
  }
}

}  // namespace aicmp
