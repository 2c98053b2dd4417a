#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace aicmp {

/// What a miner's accepted shares were in an interval.
struct SeenShares {
  double shares = 0.0;
  double work = 0.0;        // difficulty-1 shares
  double difficulty = 1.0;  // of its jobs at the end of it
  double seconds = 0.0;

  /// Shares that a hash rate brings in this interval.
  double expected(double work_per_s) const {
    return work_per_s * seconds / (shares > 0.0 ? work / shares : difficulty);
  }
};

/// Hash rate over the latest intervals, in difficulty-1 shares per second. A count of n shares has
/// a CV of 1/sqrt(n).
class WindowedRate {
 public:
  static constexpr std::size_t kIntervals = 12;

  void add(const SeenShares& seen);
  double work_per_s() const;

 private:
  std::array<SeenShares, kIntervals> ring_{};
  std::size_t next_ = 0;
};

/// Exponential average with its start taken out: sum of w e^(-age/tau) over tau (1 - e^(-t/tau)).
/// Read at times that do not depend on shares, so it is not biased (one read at shares is, by
/// 1 + 1/(r tau)); CV 1/sqrt(2 r tau) after a few tau.
class DecayingRate {
 public:
  explicit DecayingRate(double tau_s) : tau_s_(tau_s) {}

  void add(const SeenShares& seen);
  double work_per_s() const;

 private:
  double tau_s_;
  double work_ = 0.0;
  double elapsed_s_ = 0.0;
};

/// Gamma posterior of the hash rate: a prior worth `prior_shares` at `prior_work_per_s`, evidence
/// that fades with tau. Never without an answer; early ones lean on the prior.
class GammaRate {
 public:
  GammaRate(double prior_work_per_s, double prior_shares, double tau_s);

  void add(const SeenShares& seen);
  /// Posterior mean, and CV 1 / sqrt(prior shares + shares in memory).
  double work_per_s() const;
  double cv() const;

 private:
  double prior_work_per_s_;
  double prior_shares_;
  double tau_s_;
  double shares_ = 0.0;
  double exposure_ = 0.0;  // seconds over difficulty
};

}  // namespace aicmp
