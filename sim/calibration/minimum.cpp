#include "sim/calibration/minimum.hpp"

#include <algorithm>
#include <cmath>

namespace aicmp {

std::vector<double> minimise(const std::function<double(std::span<const double>)>& function,
                             const std::vector<double>& start, double step, int evaluations) {
  struct Corner {
    std::vector<double> at;
    double value;
  };
  constexpr double kTolerance = 1e-9;
  const std::size_t size = start.size();
  const auto corner = [&](std::vector<double> at) {
    --evaluations;
    const double value = function(at);
    return Corner{std::move(at), value};
  };
  std::vector<Corner> simplex{corner(start)};
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<double> at = start;
    at[i] += step;
    simplex.push_back(corner(std::move(at)));
  }
  const auto by_value = [](const Corner& a, const Corner& b) { return a.value < b.value; };

  while (evaluations > 0) {
    std::sort(simplex.begin(), simplex.end(), by_value);
    const double spread = simplex.back().value - simplex.front().value;
    if (spread <= kTolerance * (1.0 + std::abs(simplex.front().value))) break;

    std::vector<double> centre(size, 0.0);
    for (std::size_t c = 0; c < size; ++c) {
      for (std::size_t i = 0; i < size; ++i) {
        centre[i] += simplex[c].at[i] / static_cast<double>(size);
      }
    }
    const auto along = [&](double factor) {
      std::vector<double> at(size);
      for (std::size_t i = 0; i < size; ++i) {
        at[i] = centre[i] + factor * (simplex.back().at[i] - centre[i]);
      }
      return corner(std::move(at));
    };
    Corner reflected = along(-1.0);
    if (reflected.value < simplex.front().value) {
      Corner expanded = along(-2.0);
      simplex.back() = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[size - 1].value) {
      simplex.back() = std::move(reflected);
    } else {
      Corner contracted = along(reflected.value < simplex.back().value ? -0.5 : 0.5);
      if (contracted.value < std::min(reflected.value, simplex.back().value)) {
        simplex.back() = std::move(contracted);
      } else {
        for (std::size_t c = 1; c <= size; ++c) {
          for (std::size_t i = 0; i < size; ++i) {
            simplex[c].at[i] = 0.5 * (simplex[c].at[i] + simplex.front().at[i]);
          }
          simplex[c] = corner(std::move(simplex[c].at));
        }
      }
    }
  }
  return std::min_element(simplex.begin(), simplex.end(), by_value)->at;
}

}  // namespace aicmp
