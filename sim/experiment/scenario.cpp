#include "sim/experiment/scenario.hpp"

#include <set>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/experiment/offer.hpp"
#include "sim/experiment/toml_loader.hpp"

namespace aicmp {
namespace {

void add_options(OptionTable& table, RunConfig& run) {
  table.add("run.name", run.name, "Short name, shown in summaries.");
  table.add("run.question", run.question, "The question that the scenario answers.");
  table.add("run.days", run.days, "d", {.min = 0.0, .max = 36500.0, .min_open = true},
            "Simulated time.");
  table.add("run.seed", run.seed, "", Limits::between(0.0, 9007199254740992.0),
            "Seed of all random numbers; the same seed gives the same bytes.");
  table.add("run.replications", run.replications, "", Limits::between(1.0, 1e6),
            "Independent worlds; results are merged with confidence intervals.");
  table.add_choice(
      "run.fidelity", run.fidelity, {{"flow", Fidelity::kFlow}, {"share", Fidelity::kShare}},
      "share: every share is an event. flow: exact counts between events, much faster.");
  table.add("run.sample_hours", run.sample_hours, "h",
            {.min = 0.0, .max = 87600.0, .min_open = true}, "Time between rows of timeseries.csv.");
  table.add("run.variation_days", run.variation_days, "d",
            {.min = 0.0, .max = 36500.0, .min_open = true},
            "Payouts are summed over this time to measure how much they vary.");
  table.add_choice("run.ledger", run.ledger,
                   {{"off", LedgerDetail::kOff},
                    {"blocks", LedgerDetail::kBlocks},
                    {"work", LedgerDetail::kWork}},
                   "Audit ledger of the first replication: every credit (blocks), or every share "
                   "count too, so that credits can be recomputed (work). Grows with the miners.");
}

void check_choice(const Scenario& scenario) {
  if (!scenario.fleet.has_choice()) return;
  const SchemeConfig paying = schemes_of(scenario.pool)[paying_scheme(scenario.pool)];
  if (!has_offer(paying)) {
    throw ConfigError({}, "pool.schemes",
                      fmt::format("'{}' cannot pay miners who choose: nobody can foresee the pay "
                                  "of a weight expression",
                                  account_name(paying)),
                      "any other scheme");
  }
  if (!scenario.network.replay.blocks_csv.empty()) {
    throw ConfigError({}, "network.replay.blocks_csv",
                      "a replay has the hash rate of history, so its miners cannot choose");
  }
}

void check_front_end(const Scenario& scenario) {
  if (scenario.pool.front_end.flood.exists() && !scenario.pool.front_end.enabled) {
    throw ConfigError({}, "attack.flood.messages_per_s",
                      "a flood meets the front end, which is not simulated",
                      "0, or pool.front_end.enabled = true");
  }
  if (!scenario.pool.front_end.enabled || scenario.run.fidelity == Fidelity::kShare) return;
  throw ConfigError({}, "pool.front_end.enabled",
                    "messages are simulated one by one, which flow fidelity does not do",
                    "false, or run.fidelity = \"share\"");
}

void check_share_difficulty(const Scenario& scenario) {
  if (!vardiff_kind(scenario.pool.difficulty_rule)) return;
  for (std::size_t i = 0; i < scenario.fleet.groups.size(); ++i) {
    if (scenario.fleet.groups[i].share_difficulty == 0.0) continue;
    throw ConfigError({}, fmt::format("fleet.groups[{}].share_difficulty", i),
                      "the pool's rule controls every connection by itself",
                      "0, or pool.share_difficulty_rule = \"fixed\" or \"target_rate\"");
  }
}

void check_sites(const Scenario& scenario) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < scenario.sites.size(); ++i) {
    const std::string& name = scenario.sites[i].name;
    const std::string key = fmt::format("sites[{}].name", i);
    if (name.empty()) throw ConfigError({}, key, "is empty");
    if (!names.insert(name).second) {
      throw ConfigError({}, key, fmt::format("'{}' is the name of two sites", name));
    }
  }
  if (scenario.fleet.has_machines() && !scenario.network.replay.blocks_csv.empty()) {
    throw ConfigError({}, "network.replay.blocks_csv",
                      "a replay has the hash rate of history, which modelled machines contradict");
  }
}

}  // namespace

std::vector<SiteConfig> sites_of(const Scenario& scenario) {
  if (!scenario.sites.empty()) return scenario.sites;
  SiteConfig site;
  site.energy = scenario.energy;
  return {std::move(site)};
}

void check(const Scenario& scenario) {
  try {
    check_sites(scenario);
    check(scenario.fleet, static_cast<std::int64_t>(sites_of(scenario).size()));
    check(scenario.pool);
    check(scenario.feedback, scenario.pool);
    check_choice(scenario);
    check_front_end(scenario);
    check_share_difficulty(scenario);
  } catch (const ConfigError& error) {
    throw scenario.origin.located(error);
  }
}

OptionTable options_of(Scenario& scenario) {
  OptionTable table;
  add_options(table, scenario.run);
  add_options(table, scenario.network);
  add_options(table, scenario.price);
  add_options(table, scenario.fees);
  add_options(table, scenario.energy);
  table.add_tables<SiteConfig>("sites", scenario.sites, add_options,
                               "Places with machines, instead of [energy].");
  add_options(table, scenario.fleet);
  add_options(table, scenario.pool);
  add_options(table, scenario.attack.theft);
  add_options(table, scenario.attack.hijack);
  add_options(table, scenario.attack.connections);
  add_options(table, scenario.feedback);
  return table;
}

Scenario load_scenario(const std::string& path, const std::vector<std::string>& overrides) {
  Scenario scenario;
  OptionTable table = options_of(scenario);
  scenario.origin = load_toml(path, table, overrides);
  check(scenario);
  return scenario;
}

Scenario with_overrides(Scenario base, const std::vector<std::string>& overrides) {
  OptionTable table = options_of(base);
  override_options(table, base.origin, overrides);
  check(base);
  return base;
}

}  // namespace aicmp
