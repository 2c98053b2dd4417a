#include "sim/chain/retarget.hpp"

#include <algorithm>

#include "sim/chain/target.hpp"

namespace aicmp {
namespace {

constexpr std::int64_t kShortestTimespanS = kTargetTimespanS / 4;
constexpr std::int64_t kLongestTimespanS = kTargetTimespanS * 4;

std::uint32_t scaled(std::uint32_t nbits, std::int64_t timespan_s) {
  Target target = decode_compact(nbits).value;
  target *= timespan_s;
  target /= kTargetTimespanS;
  return encode_compact(std::min(target, pow_limit()));
}

}  // namespace

std::uint32_t next_work_required(std::uint32_t nbits, std::int64_t first_time_s,
                                 std::int64_t last_time_s) {
  return scaled(nbits,
                std::clamp(last_time_s - first_time_s, kShortestTimespanS, kLongestTimespanS));
}

bool permitted_transition(std::int64_t height, std::uint32_t old_nbits, std::uint32_t new_nbits) {
  if (height % kRetargetInterval != 0) return old_nbits == new_nbits;
  const Target observed = decode_compact(new_nbits).value;
  const Target hardest = decode_compact(scaled(old_nbits, kShortestTimespanS)).value;
  const Target easiest = decode_compact(scaled(old_nbits, kLongestTimespanS)).value;
  return hardest <= observed && observed <= easiest;
}

}  // namespace aicmp
