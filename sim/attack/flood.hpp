#pragma once

#include <cstdint>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// What a flood consists of.
enum class FloodKind {
  kInvalid,    // shares whose hash misses the difficulty: made up, or too easy
  kDuplicate,  // one share again and again
  kStale,      // old shares replayed
  kValid,      // real shares of little difficulty: no fault, but work for the validators
};

/// Messages that are sent to the pool for the trouble they make: `attack.flood.*`.
struct FloodConfig {
  double messages_per_s = 0.0;  // of all addresses together, Poisson; 0: no flood
  FloodKind kind = FloodKind::kInvalid;
  double difficulty = 1.0;     // kind valid: of its shares
  std::int64_t addresses = 1;  // that send alike; each is a connection of its own to the pool
  double begin_h = 0.0;
  double hours = 1.0;

  bool exists() const { return messages_per_s > 0.0; }
};

void add_options(OptionTable& table, FloodConfig& config);

/// When the flood's messages arrive, and from where.
class Flood {
 public:
  Flood(const FloodConfig& config, const WorldKey& key);

  const FloodConfig& config() const { return config_; }
  /// Arrival of the next message; Time::forever() when it is over.
  Time next() const { return next_; }
  /// The address that sends it, below config().addresses; on to the one after it.
  std::uint32_t take();

 private:
  void schedule();

  FloodConfig config_;
  Rng rng_;
  Time end_;
  Time next_;
};

/// What became of a flood's messages.
struct FloodTally {
  std::int64_t sent = 0;
  std::int64_t banned = 0;   // to a closed door: no more than a packet
  std::int64_t limited = 0;  // beyond the rate of their connection
  std::int64_t lost = 0;     // the intake's queue was full
  std::int64_t judged = 0;   // validators spent time on them
  std::int64_t bans = 0;     // of its addresses

  /// With the validators.
  std::int64_t present() const { return sent - banned - limited - lost - judged; }
};

/// Bytes that a mining.submit takes on the wire: some 150 of JSON, and the headers.
inline constexpr double kSubmitBytes = 200.0;

/// Hash rate that a flood costs its sender, 0 unless its shares are real.
double hash_rate_spent(const FloodConfig& config);

}  // namespace aicmp
