#pragma once

#include <cstddef>
#include <span>
#include <vector>

// Who stays in an eta pool whose miners may also be paid in proportion elsewhere, risk aside
// (economics.md sections 0 and 2.4). `fee` of the pool and `outside_fee` are in [0, 1).
namespace aicmp {

/// What each miner is charged in truth: 1 - (1 - fee) phi_i / a_i; negative for those whom the rule
/// favours. Sizes > 0.
std::vector<double> effective_fees(std::span<const double> sizes, double eta, double fee);

/// The largest part of the pool that a miner can have and not leave with all its hash rate:
/// ((1 - fee) / ((1 - outside_fee) sum a_j^eta))^(1 / (1 - eta)) with the parts a_j of `sizes`.
/// eta in [0, 1).
double exit_threshold(std::span<const double> sizes, double eta, double fee, double outside_fee);

/// The largest miner over the smallest that stays among many of the smallest:
/// ((1 - fee) / (1 - outside_fee))^(1 / (1 - eta)), eta in [0, 1).
double largest_spread(double eta, double fee, double outside_fee);
/// The smallest eta that holds such a spread > 1 together; needs fee < outside_fee.
double eta_for_spread(double spread, double fee, double outside_fee);

/// Smallest eta at which n equal miners of divisible hash rate all stay entirely:
/// ((1 - outside_fee) / (1 - fee) - 1 / n) / (1 - 1 / n), 0 if that is negative; above 1 if
/// fee > outside_fee (no eta does it). n >= 2.
double critical_eta(std::size_t miners, double fee, double outside_fee);

/// Pay for the last unit of hash rate of each miner when all are in the pool, over fair pay:
/// (1 - fee) (phi_i + eta phi_i (1 - phi_i) / a_i). Where that is below 1 - outside_fee, the miner
/// takes some hash rate out. Sizes > 0.
std::vector<double> marginal_pay(std::span<const double> sizes, double eta, double fee);

/// Miners who put any part of their hash rate into the pool and the rest elsewhere.
struct ParticipationGame {
  std::vector<double> sizes;  // > 0, at least one
  double eta;                 // [0, 1]
  double fee;
  double outside_fee;
};

/// The hash rate in [0, sizes[i]] that pays miner i best, given what the others have in the pool.
/// Pay in the pool is proportional to the pool's hash rate, which includes it.
double best_stake(const ParticipationGame& game, std::span<const double> stakes, std::size_t miner);

/// Smallest eta above which full participation of miners of these sizes is a Nash equilibrium: no
/// miner gains by taking out its last unit (`marginal_pay`), any part, or all, by bisection to
/// 1e-12. Miners with much of the pool take out a large part while their last unit would stay.
/// Infinite if fee > outside_fee.
double critical_eta(std::span<const double> sizes, double fee, double outside_fee);

enum class ParticipationOutcome {
  kFull,       // everybody entirely in the pool: an equilibrium
  kPartial,    // settled with some hash rate outside
  kEmpty,      // settled with nobody in the pool
  kCycle,      // comes back to where it was, and never settles
  kUnsettled,  // none of these within the sweeps allowed
};

struct Participation {
  ParticipationOutcome outcome;
  int sweeps;                  // until settled, or until the cycle closed
  std::vector<double> stakes;  // at the end
  std::vector<double> path;    // part of all hash rate in the pool, before and after each sweep
  double low, high, mean;      // of that part: at rest, over the cycle, or over the last half
};

/// Best responses in turn, in the order of `sizes`, from full participation. Settled when no stake
/// moves by more than 1e-9 of its size in a sweep; a cycle when the stakes come back within
/// 1e-6 of a size of where they were, after having moved away by 1e-3.
Participation best_response_dynamics(const ParticipationGame& game, int max_sweeps);

}  // namespace aicmp
