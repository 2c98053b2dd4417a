#include "sim/calibration/refit.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/samples.hpp"

namespace aicmp {

std::vector<Check> check_properties(const std::vector<Property>& recorded,
                                    const std::vector<std::vector<Property>>& drawn) {
  std::vector<Check> checks;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    std::vector<double> values;
    for (const std::vector<Property>& properties : drawn) values.push_back(properties[i].value);
    std::sort(values.begin(), values.end());
    checks.push_back(
        {recorded[i].name, recorded[i].value, quantile(values, 0.025), quantile(values, 0.975)});
  }
  return checks;
}

std::vector<std::string> misses(const std::string& model, const std::vector<Check>& checks) {
  std::vector<std::string> words;
  for (const Check& check : checks) {
    if (check.holds()) continue;
    words.push_back(fmt::format("{} of the data is {:.4g}, {} makes {:.4g} to {:.4g}",
                                check.property, check.observed, model, check.low, check.high));
  }
  return words;
}

}  // namespace aicmp
