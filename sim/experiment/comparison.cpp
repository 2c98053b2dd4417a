#include "sim/experiment/comparison.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace aicmp {
namespace {

struct Shown {
  const char* measure;
  const char* title;
  double scale;
  int digits;
};

constexpr std::array kShown = {
    Shown{"pay_per_expected_value", "paid out of expected value, %", 100, 2},
    Shown{"luck_adjusted_fee_decile_1", "fee of the smallest tenth, %", 100, 2},
    Shown{"luck_adjusted_fee_decile_10", "fee of the largest tenth, %", 100, 2},
    Shown{"payout_cv", "variation of a miner's relative pay", 1, 4},
    Shown{"payout_gini", "Gini of payouts", 1, 4},
    Shown{"operator_gain_btc", "operator's gain, BTC", 1, 4},
    Shown{"lowest_reserve_btc", "operator's lowest reserve, BTC", 1, 4},
    Shown{"ruined", "runs in which the reserve ran out, %", 100, 1},
};

}  // namespace

std::vector<PairedDifference> compare_to_first(const Summary& summary) {
  std::vector<PairedDifference> differences;
  const std::string& first = summary.schemes().front();
  for (const MergedMeasure& measure : summary.measures()) {
    if (measure.scheme.empty() || measure.scheme == first) continue;
    const std::vector<double> baseline = summary.values(first, measure.name);
    const std::vector<double> values = summary.values(measure.scheme, measure.name);
    Moments paired;
    Moments base;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i]) || !std::isfinite(baseline[i])) continue;
      paired.add(values[i] - baseline[i]);
      base.add(baseline[i]);
    }
    differences.push_back({measure.scheme, measure.name, base.mean(), t_interval(paired)});
  }
  return differences;
}

std::string comparison_text(const Summary& summary,
                            const std::vector<PairedDifference>& differences) {
  const std::string& first = summary.schemes().front();
  std::string text = fmt::format(
      "Differences from {}, same random numbers in every pair, {} replications.\n"
      "Mean and 95 % interval; * where the interval is clear of zero.\n",
      first, summary.replications().size());
  for (const Shown& shown : kShown) {
    const Moments& base = summary.moments(first, shown.measure);
    if (base.count() == 0) continue;
    text += fmt::format("\n{}: {} {:.{}f}\n", shown.title, first, base.mean() * shown.scale,
                        shown.digits);
    for (const PairedDifference& d : differences) {
      if (d.measure != shown.measure) continue;
      const Interval& i = d.difference;
      text += fmt::format("  {:<24}{:>+12.{}f}", d.scheme, i.estimate * shown.scale, shown.digits);
      if (std::isfinite(i.low)) {
        text +=
            fmt::format("   [{:+.{}f}, {:+.{}f}]{}", i.low * shown.scale, shown.digits,
                        i.high * shown.scale, shown.digits, i.low > 0 || i.high < 0 ? " *" : "");
      }
      text += "\n";
    }
  }
  if (summary.replications().size() < 2)
    text += "\nOne replication has no interval: use --replications.\n";
  return text;
}

void write_comparison(OutputFile& file, const std::string& baseline,
                      const std::vector<PairedDifference>& differences) {
  CsvWriter table(file, {"measure", "scheme", "baseline", "baseline_mean", "difference",
                         "difference_low95", "difference_high95"});
  for (const PairedDifference& d : differences) {
    table.row(std::string_view(d.measure), std::string_view(d.scheme), std::string_view(baseline),
              d.baseline, d.difference.estimate, d.difference.low, d.difference.high);
  }
}

}  // namespace aicmp
