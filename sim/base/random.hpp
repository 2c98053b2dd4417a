#pragma once

#include <cstdint>

#include <Random123/philox.h>

namespace aicmp {

/// Named random streams. The numbers are part of the results: never change or reuse one, only add.
/// Draws that depend on a policy or a scheme live in streams of their own, so that two policies on
/// one seed meet the same exogenous world (common random numbers).
enum class StreamId : std::uint32_t {
  kBlockInterval = 1,  // unit-rate exponentials consumed in work
  kBlockWinner = 2,    // who found the block, who wins a race
  kHeaderTime = 3,     // header-time noise
  kStaleRace = 4,
  kPopulation = 10,  // drawing miners from distributions, by miner
  kShares = 11,      // share counts of miner i (flow) or the superposed process (share)
  kStaleShares = 12,
  kWindowCut = 15,  // which shares of a row are inside a PPLNS window (flow)
  kLatency = 13,
  kFailures = 14,
  kMachines = 16,  // what sets machines of one model apart
  kPrice = 20,
  kFees = 21,
  kMempool = 22,
  kEnergy = 23,
  kNetworkGrowth = 24,
  kAmbient = 25,
  kDemandResponse = 26,
  kSystemLoad = 27,
  kBehaviour = 30,
  kAttack = 31,
  kDetection = 32,  // which accounts the pool takes for false identities, and when
  kPolicy = 40,
  kBootstrap = 50,  // resampling in statistics, never in the model
  kTest = 60,
};

/// Which world a draw belongs to: seed -> world (replication or env index) -> episode.
struct WorldKey {
  std::uint64_t seed = 1;
  std::uint32_t world = 0;
  std::uint32_t episode = 0;
};

/// Philox4x32-10 (Salmon et al., SC'11; Random123) as a UniformRandomBitGenerator of 64 bits.
/// The key is split from (seed, world, episode); the counter is (position, entity, stream), so
/// streams never overlap and adding a stream, an entity or a world changes no other.
class Rng {
 public:
  using result_type = std::uint64_t;

  /// `entity` is the miner, site or pool the draws belong to, 0 where there is only one.
  /// `block` selects one of 2^32 independent substreams of 2^33 draws (a segment, a retarget
  /// period), for callers that keep no generator between draws.
  Rng(const WorldKey& key, StreamId stream, std::uint32_t entity = 0, std::uint32_t block = 0)
      : Rng(split(key), stream, entity, block) {}
  /// The same from a key that split() made, for loops over entities.
  Rng(const r123::Philox4x32::key_type& key, StreamId stream, std::uint32_t entity,
      std::uint32_t block)
      : key_(key), counter_({{0u, block, entity, static_cast<std::uint32_t>(stream)}}) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return UINT64_MAX; }

  result_type operator()() {
    if (half_ == 0) refill();
    const std::uint32_t low = 2 * (2 - half_);
    --half_;
    return (static_cast<std::uint64_t>(output_[low + 1]) << 32) | output_[low];
  }

  /// The 64-bit Philox key of a world, for kernels that generate many blocks at once.
  static r123::Philox4x32::key_type split(const WorldKey& key);

 private:
  void refill() {
    output_ = r123::Philox4x32()(counter_, key_);
    ++counter_[0];
    half_ = 2;
  }

  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type output_{};
  std::uint32_t half_ = 0;  // halves of output_ not yet handed out
};

}  // namespace aicmp
