#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// A rival pool that keeps its blocks secret: `attack.selfish.*`.
struct SelfishConfig {
  std::string pool;    // name in network.pools; empty: none
  double gamma = 0.5;  // part of the others that mines on its block in a race, if they may
  double begin_h = 0.0;

  bool exists() const { return !pool.empty(); }
};

void add_options(OptionTable& table, SelfishConfig& config);

/// Blocks of the network since the attack began.
struct SelfishTally {
  std::int64_t found = 0;  // by the rival
  std::int64_t main = 0;   // of those, on the chain
  std::int64_t lost = 0;   // of those, orphaned
  std::int64_t others_found = 0;
  std::int64_t others_lost = 0;  // to its blocks
};

/// Selfish mining SM1 (Eyal and Sirer 2014, arXiv:1311.0243), as a machine that is told of
/// discoveries and says what they lead to. The rival hides what it finds. When the others find a
/// block and it hides one, it publishes that and the next discovery decides the race; when it hides
/// two, both, and when it hides more, one, and the others' block is lost. Its part of the chain is
/// selfish_mining_revenue(alpha, gamma) where everybody else is infinitesimal.
class SelfishRival {
 public:
  /// Of a discovery.
  enum class Move {
    kHide,     // the rival keeps it
    kWin,      // the rival's second in a race: it takes the tip's place and extends itself
    kExtend,   // extends the tip; in a race the rival's block is lost
    kFollow,   // extends the rival's block in a race, which takes the tip's place
    kTooLate,  // the rival has more; publish() so many of its blocks
  };

  /// `gamma` holds for miners who do not own the tip; those stay with their block.
  SelfishRival(const SelfishConfig& config, double gamma, const WorldKey& key);

  bool acts(Time now) const { return config_.exists() && now >= begin_; }
  /// The rival found a block.
  Move find();
  /// The others found one; whether the finder owns the tip.
  Move see(bool owns_tip);
  /// After kTooLate: how many blocks the rival publishes.
  std::int64_t publish();
  /// After kExtend, once the block is on the chain and not lost by itself; whether the rival's
  /// block of a race was lost.
  bool extended();

  const SelfishTally& tally() const { return tally_; }

 private:
  SelfishConfig config_;
  double gamma_;
  Time begin_;
  Rng rng_;
  std::int64_t hidden_ = 0;
  bool racing_ = false;  // the rival's one block against the tip
  SelfishTally tally_;
};

}  // namespace aicmp
