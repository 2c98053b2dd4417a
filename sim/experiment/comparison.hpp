#pragma once

#include <string>
#include <vector>

#include "sim/base/interval.hpp"
#include "sim/experiment/output_file.hpp"
#include "sim/experiment/summary.hpp"

namespace aicmp {

/// How a scheme differs from the first one in one measure. Both met the same random numbers, so the
/// interval is that of paired differences.
struct PairedDifference {
  std::string scheme;
  std::string measure;
  double baseline = 0.0;  // mean of the first scheme
  Interval difference;    // scheme - first scheme, 95 % t interval
};

/// Every measure of every scheme but the first against the first, in the order of the summary.
std::vector<PairedDifference> compare_to_first(const Summary& summary);

/// The measures that matter most as a table within 80 columns; `*` marks an interval clear of zero.
std::string comparison_text(const Summary& summary,
                            const std::vector<PairedDifference>& differences);

/// comparison.csv: one row per difference.
void write_comparison(OutputFile& file, const std::string& baseline,
                      const std::vector<PairedDifference>& differences);

}  // namespace aicmp
