#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/fleet/fleet_config.hpp"
#include "sim/fleet/population.hpp"
#include "sim/game/pool_choice.hpp"

namespace aicmp {

/// What choosing miners see when they look at their pools. Money since the start, in satoshi.
struct PoolView {
  Time now;
  PoolOffer offer;                       // of the scheme that pays
  std::span<const Satoshi> earned;       // under that scheme, by account
  std::span<const double> expected_sat;  // value of the work here, by account
  /// What there was to share among all accounts: rewards of blocks, or the expected value of work
  /// where pay does not follow blocks.
  double income_sat = 0.0;
  double blocks_per_hash = 0.0;  // that 1 H/s finds in a day
  double network_hashes_per_s = 0.0;
  double hash_price_usd_per_phs_day = 0.0;
  std::vector<double> energy_usd_per_w;  // by site, of 1 W drawn since the start
};

/// Miners who choose: all of `behaviour = choose`, each with the place that it mines at. At every
/// review each compares its pay inside our pool with the pools outside by certainty equivalents,
/// everybody else's place taken as given, and acts on a wish to move with the probability that its
/// hazard leaves for one review. Draws are keyed by miner and review, so that two schemes meet the
/// same readiness to move.
class Choosers {
 public:
  Choosers(const FleetConfig& fleet, const Population& miners, const WorldKey& key);

  bool exist() const { return !choosing_.empty(); }
  /// Lets everybody look and move; true if anybody did.
  bool review(const PoolView& view);
  /// Brings the means over time up to `now`.
  void advance(Time now);

  /// Part of each account's hash rate that is in our pool, in [0, 1]; 1 of those who do not choose.
  std::span<const double> inside() const { return inside_; }
  std::span<const double> inside_at_start() const { return inside_at_start_; }
  /// Its mean over time since the start.
  double mean_inside(std::size_t account) const;
  /// Part of the account's hash rate that mines elsewhere, and what it keeps there after the fee.
  double outside(std::size_t account) const;
  double kept_outside(std::size_t account) const;
  /// Hash rate of ours that mines elsewhere now, by pool of fleet.outside.
  std::vector<double> hashes_per_s_outside() const;
  /// Hash rate of the machines that do not run.
  double idle_hashes_per_s() const;
  /// What the machines that did not run would have cost since the start.
  double saved_energy_usd() const;

  /// Moves of a miner or part of one, since the start.
  std::int64_t departures() const { return departures_; }
  std::int64_t arrivals() const { return arrivals_; }

 private:
  /// A way to place a miner's hash rate.
  struct Place {
    std::int64_t inside = 0;  // parts of GroupConfig::choice.divide_into
    std::size_t outside = 0;  // pool of the rest
  };
  struct Miner {
    std::uint32_t group = 0;
    std::size_t first_account = 0;
    std::size_t accounts = 0;
    double hashes_per_s = 0.0;
    double weight = 0.0;  // of all of it, as count_everybody() found
    Place place;
    Time inside_since;
    // Averages over the memory of the group, and the sums that they were last fed with.
    double earned = 0.0;
    double expected = 0.0;
    double earned_total = 0.0;
    double expected_total = 0.0;
  };
  struct Group {
    ChoiceConfig choice;
    bool chooses = false;
    bool running = true;
    double hashes_per_s = 0.0;
    double power_w = 0.0;
    std::size_t site = 0;
    double energy_usd_per_w = 0.0;  // at the last review
    double saved_energy_usd = 0.0;
    std::vector<double> part_weights;  // of 0, 1, ... parts over that of all
    // Of the whole pool, as in Miner.
    double income = 0.0;
    double expected = 0.0;
  };

  void remember(const PoolView& view);
  bool stop_and_start(const PoolView& view);
  void count_everybody(const PoolView& view);
  Place best_place(const Miner& miner, const PoolView& view) const;
  double correction(const Miner& miner, const PoolView& view) const;
  double part(const Miner& miner) const;
  double weight(const Miner& miner, std::int64_t inside) const;
  Company company_inside(const Miner& miner, double blocks_per_hash) const;
  Company company_outside(const Miner& miner, std::size_t pool, double blocks_per_hash) const;
  void settle(Miner& miner);

  r123::Philox4x32::key_type key_;
  Time review_period_;
  std::vector<PoolOffer> outside_;
  std::vector<Group> groups_;
  std::vector<Miner> choosing_;
  std::vector<double> others_;  // hash rate by account of those who do not choose

  std::vector<std::uint32_t> miner_of_account_;  // index into choosing_, or kNone
  std::vector<double> inside_;
  std::vector<double> inside_at_start_;
  std::vector<double> inside_days_;  // integral over time

  // What count_everybody() found, hash rates in H/s, weights in (H/s)^eta.
  double hashes_inside_ = 0.0;
  double weight_inside_ = 0.0;
  std::vector<double> hashes_outside_;

  Time advanced_;
  double income_total_ = 0.0;
  double expected_total_ = 0.0;
  std::uint32_t reviews_ = 0;
  std::int64_t departures_ = 0;
  std::int64_t arrivals_ = 0;
};

}  // namespace aicmp
