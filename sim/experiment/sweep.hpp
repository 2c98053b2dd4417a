#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/experiment/output_file.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/experiment/summary.hpp"

namespace aicmp {

/// An option and the values it takes, one after the other.
struct SweepAxis {
  std::string key;  // as in an override: "pool.schemes[0].eta"
  std::vector<std::string> values;
};

/// Reads `key=first:last:step` (both ends included if the step hits them) or `key=v1,v2,...`.
/// Throws ConfigError.
SweepAxis parse_axis(std::string_view text);

/// A scenario of the grid.
struct SweepPoint {
  std::vector<std::string> values;  // one per axis
  Scenario scenario;
};

/// All combinations, the last axis changing fastest. Every point has the seed of `base`, so all
/// meet the same random numbers. Throws ConfigError for values that an option does not take.
std::vector<SweepPoint> sweep_points(const Scenario& base, const std::vector<SweepAxis>& axes);

/// Throws ConfigError unless every scheme has each of these measures.
void check_measures(const std::vector<Measure>& available, const std::vector<std::string>& names);

/// The results of a grid, as far as it has run.
struct Sweep {
  std::vector<SweepAxis> axes;
  std::vector<std::vector<std::string>> points;  // values of the axes
  std::vector<Summary> summaries;                // one per point, equally many schemes in each
};

/// Means of `measures` by scheme and point, as a table.
std::string sweep_text(const Sweep& sweep, const std::vector<std::string>& measures);

/// sweep.csv: one row per point, scheme and measure, with the mean, its 95 % t interval, and the
/// paired difference of that scheme from the first point.
void write_sweep(OutputFile& file, const Sweep& sweep, const std::vector<std::string>& measures);

}  // namespace aicmp
