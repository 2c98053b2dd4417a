#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

enum class GrowthModel {
  kFixed,
  kScheduled,  // exponential growth and steps at given days
  kReplay,     // hash rate from a file
  kHashPrice,  // reacts to hash price and coin price with a lag
};

/// The hash rate jumps by `factor` > 0 at `day`.
struct GrowthStep {
  double day = 0.0;
  double factor = 1.0;
};

void add_options(OptionTable& table, GrowthStep& step);

/// The reaction of miners, per 14 days (economics.md 6.2, fits of 2014-2026; k lies in [0, .05]):
///   dlog H = g + k (log HP - log HP*) + beta dlog P + sd z
/// HP is hash price, P the coin price, both as seen `lag_periods` earlier, z standard normal.
struct HashPriceReaction {
  double growth = 0.014;                    // g
  double pull = 0.02;                       // k
  double price_elasticity = 0.1;            // beta
  double noise_sd = 0.045;                  // sd
  double reference_usd_per_phs_day = 48.0;  // HP*: median of 2024-05..2026-04
  std::int64_t lag_periods = 1;
};

struct GrowthConfig {
  GrowthModel model = GrowthModel::kFixed;
  double growth_per_14_days = 0.0;  // scheduled: 0.05 is +5 %
  std::vector<GrowthStep> steps;    // scheduled
  std::string replay_csv;           // replay: hash rates or blocks, see make_hash_growth
  std::string replay_first_nbits;   // replay of blocks: of the first epoch that begins in the file
  std::int64_t replay_window_blocks = 144;  // replay of blocks: averages over about so many
  HashPriceReaction reaction;
};

/// Options `network.growth.model` and so on.
void add_options(OptionTable& table, GrowthConfig& config);

/// What miners see when they decide about their machines.
struct MiningMarket {
  double btc_usd = 0.0;
  double hash_price_usd_per_phs_day = 0.0;
};

/// Hash rate over time, piecewise constant. Whoever drives it calls `advance` at each
/// `next_change()`, in order.
class HashGrowth {
 public:
  virtual ~HashGrowth() = default;

  double hashes_per_s() const { return hashes_per_s_; }
  /// Time of the next change; Time::forever() if there is none.
  Time next_change() const { return next_change_; }
  /// Steps to the level that holds from `next_change()` on.
  virtual void advance(const MiningMarket& market) = 0;

 protected:
  HashGrowth(double hashes_per_s, Time next_change)
      : hashes_per_s_(hashes_per_s), next_change_(next_change) {}

  double hashes_per_s_;
  Time next_change_;
};

/// `initial_hashes_per_s` is the level at time 0, which is `start_unix_s` in Unix time.
/// A replay takes all levels from its file: columns time (Unix s, increasing) and hashes_per_s, or
/// the columns of BlockHistory, from which hash rates are derived. The file must cover the start;
/// its last level stays. Throws ConfigError or IoError.
std::unique_ptr<HashGrowth> make_hash_growth(const GrowthConfig& config,
                                             double initial_hashes_per_s, std::int64_t start_unix_s,
                                             const WorldKey& key);

}  // namespace aicmp
