#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/units.hpp"

namespace aicmp {

enum class AlarmKind {
  kFlood,         // far more shares come in than while the pool learned
  kFrontEndFull,  // a front end refused a connection for want of a slot, for the first time
  kTheft,         // the owner of an account finds that its payouts went elsewhere
  kForks,         // far more blocks of the network go stale than usual
};

/// As in events.jsonl: "flood", "front_end_full", "theft", "forks".
constexpr const char* name_of(AlarmKind kind) {
  constexpr const char* kNames[] = {"flood", "front_end_full", "theft", "forks"};
  return kNames[static_cast<int>(kind)];
}

/// Something that the pool's operator is told, besides what the monitor says about single miners.
struct Alarm {
  Time time;
  AlarmKind kind = AlarmKind::kFlood;
  std::optional<std::uint32_t> miner;  // whose account it is about
};

}  // namespace aicmp
