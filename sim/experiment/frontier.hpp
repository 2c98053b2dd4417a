#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/experiment/exploitability.hpp"
#include "sim/experiment/output_file.hpp"
#include "sim/experiment/summary.hpp"

namespace aicmp {

/// What a scheme makes miners bear, what it makes its operator bear, and what it leaves open to
/// abuse: less of one is often more of another.
struct FrontierPoint {
  std::string scheme;
  double payout_cv = 0.0;         // of a miner's relative pay; NaN in runs below two periods
  double operator_sd_btc = 0.0;   // of the operator's gain over replications; NaN of fewer than two
  double ruined = 0.0;            // part of the replications
  double ruin_chance = 0.0;       // within the run, see ruin_chance()
  double reserve_btc = 0.0;       // for a chance of ruin of 1 %; NaN: none is enough
  Exploitability exploitability;  // known by analysis
  double hopping_gain = 0.0;      // see best_hopping_gain()
  double splitting_gain = 0.0;    // see ten_identities_gain()
  /// Another scheme is at least as good in every column and better in one (by the means; an unknown
  /// exposure is better and worse than nothing).
  bool dominated = false;
};

/// One point per scheme of the summary; `schemes` are those that it ran, in its order.
std::vector<FrontierPoint> frontier(const Summary& summary, std::span<const SchemeConfig> schemes);

/// A table within 80 columns.
std::string frontier_text(const std::vector<FrontierPoint>& points);

/// frontier.csv: one row per scheme.
void write_frontier(OutputFile& file, const std::vector<FrontierPoint>& points);

}  // namespace aicmp
