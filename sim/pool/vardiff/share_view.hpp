#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <string>

namespace aicmp {

/// What a pool knows of a connection from its shares, in steps of equal length: the state and the
/// observation of AICMP/ShareDifficulty-v0, for the env that trains and the rule that runs a
/// policy. Trivially copyable.
struct ShareView {
  struct Feature {
    const char* name;
    const char* unit;
    double low;
    double high;
  };
  static constexpr double kReferenceHash = 1e14;  // hashes/s
  static constexpr std::array<Feature, 9> kFeatures = {
      {{"hash", "log(estimate / 100 TH/s)", -12.0, 12.0},
       {"error", "1 / sqrt(shares)", 0.0, 1.0},
       {"rate", "log(shares/s / .3)", -12.0, 12.0},
       {"shares", "log(1 + shares)", 0.0, 20.0},
       {"silence", "mean intervals", 0.0, 20.0},
       {"since_change", "log(1 + steps)", 0.0, 16.0},
       {"rtt", "ms / 100", 0.0, 10.0},
       {"stale", "% of shares", 0.0, 100.0},
       {"reject", "% of shares", 0.0, 100.0}}};
  /// The choices of the problem, as steps of log2 of the difficulty.
  static constexpr std::array<double, 7> kOctaves = {-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0};
  /// What they multiply the difficulty with, 2^kOctaves.
  static constexpr std::array<double, 7> kFactors = {
      0.25, 0.5, std::numbers::sqrt2 / 2.0, 1.0, std::numbers::sqrt2, 2.0, 4.0};
  static constexpr std::int64_t kKeep = 3;
  /// `keep`, `+0.5_octaves`, ...
  static std::string choice_name(std::size_t choice);
  /// A band (octaves) of so much lets the difficulty be.
  static constexpr double kWidestBand = 10.0;

  double work = 0.0;         // decayed sum of accepted difficulties
  double weight_s = 0.0;     // decayed time they took
  double shares_seen = 0.0;  // decayed count of the accepted
  double stale_seen = 0.0;   // and of the refused
  double rejected_seen = 0.0;
  double rtt_s = 0.0;        // round trip of the connection
  double last_shares = 0.0;  // in the last step
  double since_share_s = 0.0;
  double since_change_s = 0.0;

  struct Step {
    double shares = 0.0;             // accepted
    double work = 0.0;               // their difficulties together
    double last_before_end_s = 0.0;  // the last of them, if any
    double stale = 0.0;              // refused: of a block that is not the newest
    double rejected = 0.0;           // refused for anything else
    bool changed = false;            // the difficulty was, at the beginning
  };
  /// A step of `step_s` is over, which leaves the part `kept(step_s)` of the decayed sums.
  void add_step(double step_s, double kept, const Step& step);
  static double kept(double step_s);

  /// Estimated hash rate, hashes/s.
  double hashes_per_s(double step_s, double difficulty) const;
  /// The features, not yet clamped, into `out` [kFeatures].
  void observe(double step_s, double difficulty, std::span<float> out) const;
  /// The difficulty for a target rate, exp(log_rate) shares/s, within [least, most]; the present
  /// one while it is within `band` octaves of that.
  double aim(double step_s, double difficulty, double log_rate, double band, double least,
             double most) const;
};

}  // namespace aicmp
