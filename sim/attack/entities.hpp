#pragma once

#include <cstdint>

namespace aicmp {

/// Entities of StreamId::kAttack. Part of the results: only add.
enum AttackEntity : std::uint32_t {
  kFloodEntity,
  kTheftEntity,
  kHijackEntity,
  kConnectionsEntity,
  kSelfishEntity
};

}  // namespace aicmp
