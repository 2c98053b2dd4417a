#pragma once

#include <limits>

// Pool hopping by a small miner: mine from the start of each round until the round holds x network
// difficulties of work, then elsewhere at the same mean pay until the next block.
// Fluid limit of many shares per round; for D shares the gain differs by O(ln D / D).
namespace aicmp {

/// The best a hopper can do. Rounds last one difficulty of work on average.
struct HopPlan {
  /// Work of the round, in network difficulties, at which to leave; infinite: never.
  double leave_at = std::numeric_limits<double>::infinity();
  /// Gain per round of work over honest mining, as a fraction of honest pay.
  double gain = 0.0;

  /// Part of the hopper's work that is done in the pool: 1 - e^-x.
  double fraction_in_pool() const;
  /// Pay per unit of the work done in the pool, over fair pay.
  double efficiency_in_pool() const;
};

/// PROP: a share at x is worth e^x E1(x) (Rosenfeld 2011, arXiv:1112.4980, section 3.1); the gain
/// of leaving at x is x E1(x), largest where e^x E1(x) = 1.
HopPlan best_hop_prop();

/// Worth of a share submitted at x under SCORE, over a fair share: the integral over u >= 0 of
/// e^(-u (1 + 1/kappa)) / (kappa (1 - e^(-(x + u) / kappa))) (economics.md section 2.3), with
/// w = e^(-u / kappa) that of w^kappa / (1 - e^(-x / kappa) w) over w in [0, 1].
/// kappa > 0: decay time of the scores over the pool's mean time between blocks. x > 0.
double score_share_worth(double kappa, double x);

/// SCORE: leave when a share is worth 1. The gain of leaving at x is
/// kappa (1 - e^(-x / kappa)) e^-x times that worth, by changing the order of integration.
/// kappa in [1e-3, 1e6]; kappa -> infinity is PROP, kappa -> 0 hop-proof.
HopPlan best_hop_score(double kappa);

/// Gain of leaving ETA-R at x: x^eta Gamma(1 - eta, x) (economics.md section 2.3), in units of what
/// a miner who stays is paid by the rule, if work elsewhere is paid at that rate too.
double eta_round_hop_gain(double eta, double x);

/// ETA-R, eta in (0, 1]; eta = 1 is PROP. Leave where eta x^(eta-1) e^x Gamma(1 - eta, x) = 1.
HopPlan best_hop_eta_round(double eta);

/// PPLNS (also TIDES and ETA-W at eta = 1), PPS, FPPS, GEO, DGM: the worth of a share does not
/// depend on the past of the round, so there is nothing to gain (Rosenfeld 2011, section 4 to 5).
HopPlan best_hop_proof();

}  // namespace aicmp
