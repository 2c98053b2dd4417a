#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/fleet/asic.hpp"
#include "sim/fleet/choice_config.hpp"
#include "sim/fleet/machines_config.hpp"
#include "sim/fleet/region.hpp"
#include "sim/fleet/size_distribution.hpp"

namespace aicmp {

inline constexpr std::int64_t kMaxMiners = 10'000'000;

/// What miners do with their hash rate.
enum class Behaviour {
  kHonest,
  kHop,       // leave when a round has grown old, come back at the pool's next block
  kWithhold,  // send shares but never a block
  kChoose,    // mine where, and as long as, it is worth most
  kSpread,    // mine in several pools like this one
};

/// Miners that are alike: `[[fleet.groups]]`. A miner is one account of the pool: hash rate made by
/// any number, also a fraction, of machines of one model.
struct GroupConfig {
  std::string name = "miners";
  std::int64_t count = 1000;
  std::string asic = "Antminer S21";
  std::string mode;            // a power mode of the model; empty is the nameplate
  double mean_machines = 1.0;  // per miner
  double mean_ths = 0.0;       // per miner, instead of mean_machines; 0 is unset
  SizeConfig size;
  Region region = Region::kNone;
  double latency_ms = 0.0;        // mean over miners, instead of the region's; 0 is unset
  double latency_sigma = 0.0;     // standard deviation of ln(latency) between miners
  double share_difficulty = 0.0;  // that they ask for, instead of the pool's rule; 0 is unset
  std::int64_t energy_site = 0;
  Behaviour behaviour = Behaviour::kHonest;
  /// Hop: work of the round, in units of network difficulty, at which they leave (Rosenfeld 2011:
  /// .43482 is best against PROP). Elsewhere they earn the expected value of their work.
  double hop_after = 0.43482;
  std::int64_t pools = 2;       // spread: that they mine in, this one among them
  double rotate_hours = 0.0;    // spread: in each in turn, with all hash rate; 0: in all at once
  std::int64_t identities = 1;  // accounts of the pool that each miner splits into, equal parts
  double identity_cost_btc_per_month = 0.0;  // of every account beyond a miner's first
  ChoiceConfig choice;
  MachinesConfig machines;
};

/// Options of one `[[fleet.groups]]`, keys relative to it.
void add_options(OptionTable& table, GroupConfig& config);

/// Who mines at the pool, and with what.
struct FleetConfig {
  Region pool_region = Region::kNorthAmerica;
  std::vector<AsicConfig> asics;
  std::vector<GroupConfig> groups = std::vector<GroupConfig>(1);
  double control_minutes = 60.0;     // between looks at modelled machines and connections
  double review_hours = 24.0;        // between looks of choosing miners at their pools
  std::vector<OutsidePool> outside;  // where else they can mine

  /// Whether any group chooses.
  bool has_choice() const;
  /// Whether any group has modelled machines.
  bool has_machines() const;
};

/// Options `fleet.*`.
void add_options(OptionTable& table, FleetConfig& config);

/// Accounts of all groups together: miners times identities.
std::int64_t account_count(const FleetConfig& config);

/// Checks what no single option shows: unknown models and modes, doubled names, contradictory
/// sizes, too many miners, energy sites beyond `energy_sites`, a choice of nothing. Throws
/// ConfigError with the key at fault (`fleet.groups[1].asic`) and no file.
void check(const FleetConfig& config, std::int64_t energy_sites);

}  // namespace aicmp
