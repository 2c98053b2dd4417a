#pragma once

#include <cstdint>

#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/front_end/front_end_config.hpp"

namespace aicmp {

/// When messages between the pool and its miners arrive. Times of sending never go back.
class Messages {
 public:
  Messages(const FrontEndConfig& config, const WorldKey& key);

  /// A share. `latency_s` is that of the connection, there and back.
  Time up(Time now, double latency_s);
  /// The connection's `job`-th job, sent to this miner alone.
  Time down(Time now, double latency_s, std::uint32_t miner, std::uint32_t job);
  /// The same, sent to all miners: the link serves them in turn.
  Time broadcast(Time now, double latency_s, std::uint32_t miner, std::uint32_t job);

 private:
  void next_spike(Time from);
  double spike(Time now);
  double jitter(Rng& rng) const;

  FrontEndConfig config_;
  WorldKey key_;
  Rng shares_;
  Rng spikes_;
  double turn_s_;  // of the link, for one job
  Time spike_begin_ = Time::forever();
  Time spike_end_ = Time::forever();
};

}  // namespace aicmp
