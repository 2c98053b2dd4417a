#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "sim/base/interval.hpp"
#include "sim/experiment/output_file.hpp"
#include "sim/experiment/scenario.hpp"
#include "sim/experiment/summary.hpp"

namespace aicmp {

/// The worlds that one replication of a comparison needs. Schemes run side by side in one, unless
/// miners choose by what they are paid: then each scheme pays in a world of its own.
std::vector<Scenario> worlds_to_compare(const Scenario& scenario);

/// Values that met the same random numbers as a baseline, without the pairs of which a value is not
/// finite.
struct Pairs {
  Moments baseline;
  Moments difference;
  std::vector<double> differences;
};

/// Both sides in the same order, as many on each.
Pairs pair_up(std::span<const double> baseline, std::span<const double> values);

/// What pairs say of the mean difference.
struct Paired {
  double baseline = 0.0;  // mean of the baseline
  Interval t;             // of the mean difference, 95 %
  Interval bca;           // the same by the bootstrap, for differences that are far from normal
  double p_value = 1.0;   // of the paired t test of no difference; NaN below two pairs
};

/// `entity` keeps the resampling of several comparisons apart.
Paired compare(const Pairs& pairs, std::uint32_t entity = 0);

/// How a scheme differs from the first one in one measure.
struct SchemeDifference {
  std::string scheme;
  std::string measure;
  Paired paired;
  /// p-value adjusted (Holm) for all tests that comparison_text shows; NaN of others.
  double holm_p = std::numeric_limits<double>::quiet_NaN();

  bool significant() const { return holm_p <= 0.05; }
};

/// Every measure of every scheme but the first against the first, in the order of the summary.
std::vector<SchemeDifference> compare_to_first(const Summary& summary);

/// The measures that matter most as a table within 80 columns; `*` marks what is significant at
/// 5 % after Holm's correction.
std::string comparison_text(const Summary& summary,
                            const std::vector<SchemeDifference>& differences);

/// comparison.csv: one row per difference.
void write_comparison(OutputFile& file, const std::string& baseline,
                      const std::vector<SchemeDifference>& differences);

}  // namespace aicmp
