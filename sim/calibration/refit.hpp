#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/base/moments.hpp"
#include "sim/base/random.hpp"
#include "sim/calibration/fit.hpp"

namespace aicmp {

/// A named number of a series, such as its kurtosis.
struct Property {
  const char* name;
  double value;
};

/// What the engine makes of fitted parameters: series like the recorded one are drawn under them,
/// each fitted and described as the recorded one was (parametric bootstrap; Efron and Tibshirani
/// 1993, ch. 6 and 21).
struct Refits {
  std::vector<Moments> parameters;  // of the refits: their spread is the standard error
  std::vector<Check> checks;        // of the recorded properties, by the drawn ones
};

/// `Series` is drawn by `draw(key)`, the engine's own process under the fit.
template <typename Series>
struct RefitPlan {
  std::function<Series(const WorldKey&)> draw;
  std::function<std::vector<double>(const Series&)> fit;
  std::function<std::vector<Property>(const Series&)> properties;
  int fits = 40;
  int draws = 200;  // for the checks; at least as many as fits
};

/// Ranges of 95 % from drawn properties, one vector per draw, around the recorded ones.
std::vector<Check> check_properties(const std::vector<Property>& recorded,
                                    const std::vector<std::vector<Property>>& drawn);

template <typename Series>
Refits refit(const Series& recorded, const RefitPlan<Series>& plan, std::uint64_t seed) {
  Refits refits;
  std::vector<std::vector<Property>> drawn;
  for (int i = 0; i < plan.draws; ++i) {
    const Series series = plan.draw({seed, static_cast<std::uint32_t>(i), 0});
    drawn.push_back(plan.properties(series));
    if (i >= plan.fits) continue;
    const std::vector<double> parameters = plan.fit(series);
    refits.parameters.resize(parameters.size());
    for (std::size_t p = 0; p < parameters.size(); ++p) refits.parameters[p].add(parameters[p]);
  }
  refits.checks = check_properties(plan.properties(recorded), drawn);
  return refits;
}

/// A sentence for each check that fails: `kurtosis is 12.1, the model makes 2.8 to 3.4`.
std::vector<std::string> misses(const std::string& model, const std::vector<Check>& checks);

}  // namespace aicmp
