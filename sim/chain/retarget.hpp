#pragma once

#include <cstdint>

namespace aicmp {

/// Blocks of one difficulty epoch; heights that are multiples of it open an epoch.
inline constexpr std::int64_t kRetargetInterval = 2016;
inline constexpr std::int64_t kTargetSpacingS = 600;
inline constexpr std::int64_t kTargetTimespanS = kRetargetInterval * kTargetSpacingS;

/// `nbits` of the next epoch, from `nbits` of the one that ends and the header times of its first
/// and last block in Unix seconds (Bitcoin Core, pow.cpp, CalculateNextWorkRequired, mainnet).
/// The two times span 2015 intervals, not 2016: at constant hash rate the mean interval is
/// 1209600/2014 = 600.5958 s. The span is clamped to a quarter and four times two weeks, the
/// division truncates, and the result is never easier than the proof-of-work limit.
std::uint32_t next_work_required(std::uint32_t nbits, std::int64_t first_time_s,
                                 std::int64_t last_time_s);

/// True if a block at `height` may carry `new_nbits` after a parent with `old_nbits`
/// (PermittedDifficultyTransition, mainnet): unchanged within an epoch, within the clamps, rounded
/// through the compact form, at its start.
bool permitted_transition(std::int64_t height, std::uint32_t old_nbits, std::uint32_t new_nbits);

}  // namespace aicmp
