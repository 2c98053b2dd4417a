#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/distributions.hpp"
#include "sim/market/fees.hpp"
#include "sim/market/fees_fit.hpp"

namespace aicmp::test {

/// Blocks of a source at exponential intervals of 600 s, until `horizon`.
inline std::vector<FeeObservation> find_blocks(FeeSource& source, const WorldKey& key,
                                               Time horizon) {
  Rng rng(key, StreamId::kTest);
  std::vector<FeeObservation> blocks;
  Time previous;
  for (;;) {
    const Time found = previous + Time::seconds(600.0 * exponential(rng));
    if (found > horizon) return blocks;
    blocks.push_back({previous, found, source.next_block({previous, found, Time()})});
    previous = found;
  }
}

inline std::vector<double> fees_btc(const std::vector<FeeObservation>& blocks) {
  std::vector<double> fees;
  for (const FeeObservation& block : blocks) fees.push_back(block.fees.btc());
  return fees;
}

}  // namespace aicmp::test
