#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace aicmp {

/// One score per miner, all fading together: the state of SCORE, GEO, DGM and of the hash-rate
/// estimates of ETA-T and ETA-PPS. Fading and adding are O(1): instead of the old scores shrinking,
/// new ones are written on a growing scale, which is brought back (O(miners)) before it overflows.
class DecayingScores {
 public:
  explicit DecayingScores(std::size_t miners) : values_(miners, 0.0) {}

  /// Divides every score by `factor` >= 1; infinity clears them. True if values() were rescaled.
  bool fade(double factor);
  void add(std::uint32_t miner, double score) { values_[miner] += score * scale_; }

  double score(std::uint32_t miner) const { return values_[miner] / scale_; }
  double sum() const;
  /// In proportion to the scores, on a scale that changes only when fade() says so.
  std::span<const double> values() const { return values_; }

  /// A block: every score is multiplied by `keep`.
  void close_round(double keep);
  /// The block was lost: the scores are as if close_round() had not been called.
  void reopen_round();

 private:
  std::vector<double> values_;
  std::vector<double> closed_;  // what the last close_round() took, on the scale of values_
  double scale_ = 1.0;
};

/// Mean over a uniform age in [0, span] of e^(-age / constant): what a batch of exchangeable shares
/// scores at its end, a share each. 1 for an empty span.
double mean_fading(double span, double constant);

}  // namespace aicmp
