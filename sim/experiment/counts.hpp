#pragma once

#include <cstdint>
#include <numeric>
#include <span>

namespace aicmp {

/// Of counts by account, as measures take it.
inline double sum(std::span<const std::int64_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
}

}  // namespace aicmp
