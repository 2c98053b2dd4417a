#pragma once

// Block withholding: an attacker mines in a victim's pool and throws the blocks away. All hash
// rates are parts of the network, which includes the attacker (economics.md section 2.5).
namespace aicmp {

// --- one attacker, a victim that pays by PROP or PPLNS -------------------------------------------

/// `attacker` in (0, 1) is all its hash rate, `victim` > 0 the honest hash rate of the pool;
/// together at most 1.
struct WithholdingGame {
  double attacker;
  double victim;
};

/// Revenue of the attacker with `inside` in [0, attacker] in the pool, as a part of all rewards,
/// in the epoch before difficulty reacts: (a - x) + p x / (p + x), never above a.
double withholding_before_retarget(const WithholdingGame& game, double inside);
/// The same once difficulty has fallen by the work that finds no block: all over 1 - x.
double withholding_revenue(const WithholdingGame& game, double inside);
/// Best `inside` after the retarget: the root of (1 - a) (p + x)^2 = p (p + x^2).
double best_withholding(const WithholdingGame& game);
/// Revenue per hash rate of the victim's honest miners and of everybody else, over fair.
double victim_density(const WithholdingGame& game, double inside);
double bystander_density(double inside);
/// Epochs after the first retarget until the loss of the first epoch is earned back; infinite if
/// the attack never pays.
double withholding_payback_epochs(const WithholdingGame& game, double inside);

// --- a victim that pays by PPS with fee `fee` in [0, 1) ------------------------------------------

/// After the retarget: (a - f x) / (1 - x); the operator alone bears it.
double pps_withholding_revenue(double attacker, double fee, double inside);
/// What the operator pays for work without blocks, as a part of all rewards.
double pps_withholding_loss(double fee, double inside);
/// All or nothing: the whole of the attacker if it is larger than the fee, else 0.
double best_pps_withholding(double attacker, double fee);

// --- detection -----------------------------------------------------------------------------------

/// Blocks that a miner must have been expected to find before none at all is evidence against it:
/// an honest one has none with probability e^-mu, so -ln(false_alarm), in (0, 1).
double blocks_to_accuse(double false_alarm);

// --- two pools attack each other (Eyal 2015, "The Miner's Dilemma", arXiv:1411.7099)
// --------------

/// What each pool sends into the other, and what its members earn per hash rate, over fair.
struct MutualWithholding {
  double sent[2];
  double density[2];
};

/// Pools of `first`, `second` > 0, together at most 1, send `to_second` and `to_first` of it:
/// r1 = (R1 + x12 r2) / (m1 + x21), R1 = (m1 - x12) / (1 - x12 - x21), and 2 alike, jointly.
MutualWithholding mutual_withholding(double first, double second, double to_second,
                                     double to_first);

/// What a pool of size `own` best sends into one of size `other` that sends it `received`;
/// a root of a quadratic, since revenue is a ratio of two.
double best_mutual_withholding(double own, double other, double received);

/// The Nash equilibrium: best responses in turn from no attack, until they settle to 1e-15.
MutualWithholding withholding_equilibrium(double first, double second);

}  // namespace aicmp
