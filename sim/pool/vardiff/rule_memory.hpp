#pragma once

#include <new>
#include <type_traits>

#include "sim/pool/vardiff/vardiff.hpp"

namespace aicmp {

/// A rule whose memory of a connection is a `Memory`, kept in VardiffState::memory.
template <typename Memory>
class RuleWithMemory : public VardiffRule {
  static_assert(std::is_trivially_copyable_v<Memory>);
  static_assert(std::is_trivially_destructible_v<Memory>);
  static_assert(sizeof(Memory) <= sizeof(VardiffState::memory));
  static_assert(alignof(Memory) <= alignof(double));

 protected:
  using VardiffRule::VardiffRule;

  static Memory& memory(VardiffState& state) {
    return *std::launder(reinterpret_cast<Memory*>(state.memory.data()));
  }
  static const Memory& memory(const VardiffState& state) {
    return *std::launder(reinterpret_cast<const Memory*>(state.memory.data()));
  }
  static void set(VardiffState& state, const Memory& memory) {
    ::new (static_cast<void*>(state.memory.data())) Memory(memory);
  }
};

}  // namespace aicmp
