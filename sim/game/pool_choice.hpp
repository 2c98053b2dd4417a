#pragma once

#include <cstddef>
#include <string>
#include <vector>

// Risk-averse miners choose among pools (economics.md section 2.4). Money is in rewards of
// a block, time in days of 144 blocks of the network.
namespace aicmp {

/// Certainty equivalent under constant absolute risk aversion alpha >= 0 of payouts of size x that
/// arrive by a Poisson process, `mean_count` of them: (l / alpha) (1 - e^(-alpha x)), exact.
double cara_equivalent(double mean_count, double size, double alpha);

/// Miners alike. `risk_aversion` is relative to the income of 100 days: alpha = risk_aversion /
/// (100 days' own fair income).
struct MinerType {
  std::string name;
  int count;             // >= 1
  double network_share;  // of each, > 0
  double risk_aversion;  // >= 0

  double fair_income_per_day() const;
  double alpha() const;
};

/// Where a miner can mine.
struct PoolOffer {
  enum class Rule {
    kShared,  // a block when the pool finds one, split by w^eta; eta = 1 is PPLNS
    kPps,     // the mean of that, without risk; eta = 1 is fair pay less the fee
    kSolo,    // own blocks
  };
  std::string name;
  Rule rule;
  double fee;                  // [0, 1)
  double eta = 1.0;            // kShared, kPps: [0, 1]
  double outside_share = 0.0;  // kShared, eta = 1 only: hash rate that does not take part, >= 0
  double by_work = 0.0;        // kShared: part of a block that is split by work whatever eta is
};

/// Everybody else in a pool, as one who may mine there sees them.
struct Company {
  double blocks_per_day = 0.0;  // that they find
  double weight = 0.0;          // sum of w^eta over their accounts
};

/// Certainty equivalent per day, in rewards of a block, of work worth `blocks_per_day` > 0 that is
/// done beside `others`. `weight` is the work's own: w^eta, summed over the accounts that do it, in
/// the unit of `others`.
double pool_worth(const PoolOffer& terms, double blocks_per_day, double weight,
                  const Company& others, double alpha);

/// Each type is in one pool as a whole; a single miner of it considers leaving. A move pays if the
/// certainty equivalent rises by more than the cost.
struct PoolChoiceGame {
  std::vector<MinerType> types;
  std::vector<PoolOffer> pools;
  double switching_cost = 0.0;  // of the miner's own fair income, >= 0

  /// Throws ConfigError if a value is out of range, if types and hash rate outside exceed the
  /// network, or if there are more than 10^6 profiles.
  void check() const;
};

/// The pool of each type, as an index.
using Profile = std::vector<std::size_t>;

/// Certainty equivalent per day of one miner of `type` that is in `pool`, everybody else where
/// `profile` says, over its fair income.
double pool_worth(const PoolChoiceGame& game, const Profile& profile, std::size_t type,
                  std::size_t pool);

/// The pool that a miner of this type would choose; its present one unless a move pays.
std::size_t best_pool(const PoolChoiceGame& game, const Profile& profile, std::size_t type);

/// All profiles that no single miner wants to leave, in the order of their indices.
std::vector<Profile> type_symmetric_equilibria(const PoolChoiceGame& game);

/// Where best responses lead: types decide in turn, in the order of the game, and a type moves
/// together once one of its miners would.
struct ChoicePath {
  std::vector<Profile> steps;  // the first profile and every one after a move
  /// Index in `steps` to which the path comes back after its last element: a chase cycle. The
  /// number of steps if the last profile is an equilibrium.
  std::size_t cycle_begin;

  bool settles() const { return cycle_begin == steps.size(); }
};
ChoicePath follow_best_responses(const PoolChoiceGame& game, const Profile& start);

/// The eta in [0, 1] of pool `eta_pool` at which a single miner of `type` is indifferent between
/// it, with everybody in it, and pool `other`; by bisection. 0 if it never leaves, infinite if it
/// leaves also at eta = 1.
double indifferent_eta(PoolChoiceGame game, std::size_t type, std::size_t eta_pool,
                       std::size_t other);

}  // namespace aicmp
