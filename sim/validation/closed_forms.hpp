#pragma once

#include <cstdint>
#include <span>
#include <vector>

// Closed forms that cases are compared with. Sources: economics.md (section in brackets) unless a
// line says otherwise. B is the reward of a block, D the network difficulty in shares, p = 1 / D
// the chance that a share is a block, a a miner's part of the hash rate, f a fee.
namespace aicmp::closed_form {

// --- network -------------------------------------------------------------------------------------

/// Mean block interval in seconds at constant hash rate: 2016 blocks are timed by 2015 intervals,
/// and the mean of an inverse Gamma(2015) is 1 / 2014.
double retarget_mean_interval_s();
/// CV of the expected interval from epoch to epoch: that of an inverse Gamma(2015), 1 / sqrt(2013).
double retarget_interval_cv();
/// Mean interval over 600 s when hash rate grows by `growth` per 14 days: a span P satisfies
/// e^(k P / T) = c T / P with k = ln(1 + growth), T two weeks and c = 2016 / 2014; so W(c k) / k.
double growth_interval_ratio(double growth_per_14_days);
/// Root mean square of ln(forecast / truth) of the next difficulty, at constant hash rate, if the
/// pace of the first n intervals is taken for that of all 2015: their part of the span is
/// Beta(n, 2015 - n).
double next_difficulty_error(int intervals);
/// The same to first order if the hash rate is known: sqrt(2015 - n) / 2015 (section 6.5).
double next_difficulty_floor(int intervals);
/// Stale blocks over all blocks, to first order in the delay, of owners with these shares.
double stale_block_fraction(double delay_s, std::span<const double> shares);
/// Stale over all shares: a share within the latency after a new block is stale.
double stale_share_fraction(double latency_s, double mean_interval_s);
/// Bounds of luck = Gamma(k) / k that hold with probability `level`.
struct Bounds {
  double low;
  double high;
};
Bounds luck_interval(std::int64_t blocks, double level);

/// Seconds until a dead machine is noticed that sent `rate` shares per second, if the alarm comes
/// after the time of `patience` shares without one; none if it was just sounding (section 3.1).
double silence_delay_s(double rate, double patience);
/// How often that alarm is false.
double silence_false_alarms_per_s(double rate, double patience);
/// Over the truth: an exponential average of memory `tau_s` that is read at shares (section 3.1).
double average_read_at_shares(double rate, double tau_s);

// --- market --------------------------------------------------------------------------------------

/// Moments of a log return.
struct LogReturn {
  double mean;
  double variance;
};
LogReturn brownian_return(double drift, double volatility, double years);
/// Merton 1976: plus a compound Poisson variable of normal jumps, its drift compensated.
LogReturn merton_return(double drift, double volatility, double jumps_per_year, double jump_mean,
                        double jump_sd, double years);
/// Heston 1993, started at its mean variance theta.
LogReturn heston_return(double drift, double kappa, double theta, double xi, double rho,
                        double years);
/// Mean number of waiting transactions when each block takes up to `block_size` of them
/// (M/M[b]/1): r / (1 - r) with r in (0, 1) and r^(b+1) - (1 + lambda / mu) r + lambda / mu = 0.
double bulk_queue_mean(double tx_per_s, std::int64_t block_size, double mean_interval_s);
/// Mean age of a template that is renewed every `refresh_s` after a block.
double template_age_s(double refresh_s, double mean_interval_s);

// --- reward schemes [2.1, 2.6] -------------------------------------------------------------------

struct MeanVariance {
  double mean;
  double variance;
};
/// Payout of `mu` expected blocks of one's own.
MeanVariance solo(double mu, double reward);
/// The same work paid per share of difficulty d: share_of_block = d / D.
MeanVariance pps(double mu, double reward, double fee, double share_of_block);
/// Payout of a proportional round.
MeanVariance proportional_round(double a, double reward, double p);
/// Variance per block of proportional pay in the long run.
double proportional_variance(double a, double reward, double p);
/// Variance of what one share is paid, in (p B)^2: PROP, PPLNS with a window of `window` D.
double proportional_share_variance(double p);
double pplns_share_variance(double window, double p);
/// Variance of PPLNS pay over `shares` shares of the pool, windows full from the start, without the
/// luck of the pool: pay less a B for each of its blocks. Exact in p.
double pplns_noise(double a, double reward, double p, double window, double shares);
/// With the luck of the pool, over a fixed number of shares.
double pplns_variance(double a, double reward, double p, double window, double shares);
/// What one share is paid over its life; o = 0 is GEO. Rosenfeld 2011-08.
MeanVariance double_geometric_share(double reward, double p, double c, double o, double fee);
/// What the operator of a GEO pool keeps of a block.
MeanVariance geometric_operator(double reward, double p, double c);
/// Long-run variance per block of a miner's pay in a GEO pool.
double geometric_variance(double a, double reward, double p, double c);
/// Variance of PPS+ pay over a fixed number of shares, fees F random by block.
double pps_plus_variance(double a, double subsidy, double fee_mean, double fee_cv, double p,
                         double window, double shares);
/// Variance of an FPPS operator's gain in a day of `blocks` blocks of the network.
double fpps_operator_variance(double pool_share, double subsidy, double fee_mean, double fee_cv,
                              double blocks, double fee);
/// Gain per round, in B, of mining the first `shares` shares of each PROP round and being paid
/// fairly elsewhere; exact in p [2.3].
double proportional_hop_gain(std::int64_t shares, double p);
/// Gain per round of leaving ETA-R at x = shares / D: x^eta Gamma(1 - eta, x) [2.3].
double eta_round_hop_gain(double eta, double x);
/// Where that is largest.
double eta_round_hop_best(double eta);
/// Certainty equivalent under CARA alpha of Poisson payouts of size x, `mean` expected [2.4].
double cara_equivalent(double mean, double x, double alpha);

// --- ruin of a PPS operator [2.2], reserve in blocks ---------------------------------------------

/// Within `blocks` expected blocks (Kendall).
double ruin_probability(double reserve, double fee, double blocks);
/// Ever: e^(-y R) with 1 - e^-y = (1 - f) y.
double ruin_probability(double reserve, double fee);
/// Reserve at which ruin ever has this probability.
double reserve_for(double probability, double fee);

// --- eta [2.1, 2.4] ------------------------------------------------------------------------------

/// Parts of a block by w^eta.
std::vector<double> power_split(std::span<const double> work, double eta);
/// Gain of splitting miner `index` into k identities.
double split_gain(std::span<const double> work, std::size_t index, double eta, int k);
/// E[N^eta] / n^eta of a Poisson count N of mean n.
double power_of_count(double n, double eta);
/// Miners whose counts of shares are Poisson of this mean.
struct CountGroup {
  double mean;
  int members = 1;
  double work = 1.0;  // of a share
};
/// Mean part by work^eta of a member of `one` beside `others`, exact: with w = work * count, the
/// integral over s of E[w^eta e^(-s w^eta)] prod E[e^(-s w_j^eta)].
double expected_power_part(const CountGroup& one, std::span<const CountGroup> others, double eta);
/// Gini coefficient of pay by w^eta of log-normal hash rates.
double log_normal_power_gini(double sigma, double eta);
/// Sizes 1, 2^-s, 3^-s, ...
std::vector<double> zipf(std::size_t n, double exponent);

}  // namespace aicmp::closed_form
