#include "envs/problems/checks.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {

void check_transitions(const std::vector<double>& rows, std::size_t states,
                       const std::string& key) {
  if (rows.size() != states * states) {
    throw ConfigError({}, key, fmt::format("{} probabilities", rows.size()),
                      fmt::format("{} rows of {}", states, states));
  }
  for (std::size_t from = 0; from < states; ++from) {
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(from * states);
    const double sum = std::accumulate(row, row + static_cast<std::ptrdiff_t>(states), 0.0);
    if (std::abs(sum - 1.0) > 1e-9) {
      throw ConfigError({}, key, fmt::format("row {} sums to {:.9g}", from + 1, sum),
                        "rows that sum to 1");
    }
  }
}

}  // namespace aicmp
