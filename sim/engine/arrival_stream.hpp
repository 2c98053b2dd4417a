#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/base/random.hpp"

namespace aicmp {

/// A Poisson process of rate 1 with marks, a chunk at a time. Arrival i of a stream takes Philox
/// block i: 44 bits for the exponential gap, 52 for a uniform that chooses the source, 32 for the
/// mark. The gap's tail is thereby cut at 31 means, which no sample below 10^13 arrivals can tell.
/// Gaps are computed with IEEE operations alone, so every machine gets the same bits.
class ArrivalStream {
 public:
  static constexpr std::size_t kChunk = 512;

  struct Chunk {
    std::array<double, kChunk> position;  // cumulative since the start of the chunk
    std::array<double, kChunk> uniform;   // in [0, 1), multiples of 2^-52
    std::array<std::uint32_t, kChunk> mark;
  };

  ArrivalStream(const WorldKey& key, StreamId stream, std::uint32_t entity);

  void next(Chunk& chunk);

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
};

}  // namespace aicmp
