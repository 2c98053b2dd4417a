#pragma once

#include <cstdint>

#include "sim/base/units.hpp"

namespace aicmp {

/// Something that happens at a time. `kind` is the caller's enum, `source` the miner, site or pool
/// it concerns; both decide the order of events at one time. `sequence` counts the pushes.
template <typename Payload>
struct Event {
  Time time;
  std::uint32_t kind = 0;
  std::uint32_t source = 0;
  std::uint64_t sequence = 0;
  Payload payload{};
};

/// The total order of events: time, then kind, then source, then sequence.
template <typename Payload>
bool precedes(const Event<Payload>& a, const Event<Payload>& b) {
  if (a.time != b.time) return a.time < b.time;
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.source != b.source) return a.source < b.source;
  return a.sequence < b.sequence;
}

}  // namespace aicmp
