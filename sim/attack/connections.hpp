#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/engine/calendar.hpp"

namespace aicmp {

/// Somebody opens connections and never finishes their handshakes (slow loris):
/// `attack.connections.*`.
struct ConnectionFloodConfig {
  double per_s = 0.0;  // attempts, Poisson; 0: no attack
  double hold_s = 3600.0;
  std::int64_t addresses = 1;
  double begin_h = 0.0;
  double hours = 1.0;

  bool exists() const { return per_s > 0.0; }
};

enum class Balance { kRandom, kLeast };

/// Where miners connect: `pool.connections.*`.
struct ConnectionConfig {
  double drops_per_day = 0.0;  // of a miner's connection, which it then opens anew; 0: none
  std::int64_t front_ends = 1;
  std::int64_t slots = 10'000;  // connections of each
  Balance balance = Balance::kRandom;
  std::int64_t per_address = 0;      // connections from one address; 0: without limit
  double handshake_s = 0.5;          // mean of a miner's, exponential
  double handshake_timeout_s = 0.0;  // 0: none
  double retry_s = 10.0;             // mean until a miner tries again, exponential
  double tls_ms = 1.0;               // of the pool's processor for each handshake begun
};

void add_options(OptionTable& table, ConnectionFloodConfig& config);
void add_options(OptionTable& table, ConnectionConfig& config);

/// What became of attempts to connect.
struct ConnectionTally {
  std::int64_t attacks = 0;           // attempts of the attacker
  std::int64_t attacks_refused = 0;   // no slot, or too many from its address
  std::int64_t attempts = 0;          // of miners
  std::int64_t refused = 0;           // no slot
  std::int64_t timed_out = 0;         // handshakes of miners that took too long
  Time first_full = Time::forever();  // first refusal for want of a slot

  std::int64_t handshakes() const { return attacks - attacks_refused + attempts - refused; }
};

/// Connections of miners and of an attacker at n front ends. A front end is a loss system: with
/// attacks alone the refused part is Erlang's B(slots, per_s / n x min(hold_s, timeout)), and
/// B(n slots, per_s x ...) where the balancer picks the emptiest. Depends on nothing but its key,
/// so the caller may look ahead; a change of a connection costs the logarithm of their number.
class Connections {
 public:
  Connections(const ConnectionFloodConfig& attack, const ConnectionConfig& config,
              std::size_t miners, const WorldKey& key);

  /// Whether anything can happen.
  bool exist() const { return !used_.empty(); }
  /// Lets everything happen until then, later than the last time.
  void advance(Time until);
  /// Part of the time between the last two that the miner was connected.
  double part(std::size_t miner) const { return exist() ? parts_[miner] : 1.0; }
  /// Whether any part differs from the one before.
  bool changed() const { return changed_; }
  const ConnectionTally& tally() const { return tally_; }

 private:
  enum Kind : std::uint32_t { kAttack, kLetGo, kTry, kShaken, kTimedOut, kDrop };
  struct Place {
    std::uint32_t front_end;
    std::uint32_t address;
  };
  bool handle(const Event<Place>& event);
  std::int64_t pick();
  bool enter(Time now, Place& place);
  void attack(Time now);
  void try_to_connect(Time now, std::uint32_t miner);
  void after(double seconds, Kind kind, std::uint32_t source, const Place& place = {});

  ConnectionFloodConfig attack_;
  ConnectionConfig config_;
  Rng rng_;
  Calendar<Place> calendar_;
  std::vector<std::int64_t> used_;        // slots, by front end
  std::vector<std::int64_t> by_address_;  // connections of the attacker
  std::vector<bool> connected_;
  ConnectionTally tally_;
  Time now_;
  std::vector<double> parts_;
  std::vector<std::uint32_t> touched_;  // whose parts are neither 0 nor 1, or were
  bool changed_ = false;
};

}  // namespace aicmp
