#pragma once

#include <string>
#include <vector>

namespace aicmp {

/// A parameter read off history.
struct Estimate {
  std::string key;  // the scenario's; empty for a measured fact that no option holds
  std::string what;
  double value = 0.0;
  double standard_error = 0.0;  // 0: exact, or not a statistic
  std::string unit;
};

/// A property of the data beside the range in which the fitted model puts it 95 times in 100.
struct Check {
  std::string property;
  double observed = 0.0;
  double low = 0.0;
  double high = 0.0;

  bool holds() const { return observed >= low && observed <= high; }
};

/// One process fitted to one record.
struct Fit {
  std::string process;
  std::string source;  // files, dates and how many observations
  std::vector<Estimate> estimates;
  std::vector<Check> checks;
  std::vector<std::string> warnings;  // where the model misses, in words
};

}  // namespace aicmp
