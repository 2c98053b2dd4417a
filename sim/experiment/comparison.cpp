#include "sim/experiment/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/hypothesis.hpp"
#include "sim/base/samples.hpp"

namespace aicmp {
namespace {

constexpr int kResamples = 2000;

struct Shown {
  const char* measure;
  const char* title;
  double scale;
  int digits;
};

constexpr std::array kShown = {
    Shown{"pay_per_expected_value", "paid out of expected value, %", 100, 2},
    Shown{"luck_adjusted_fee_decile_1", "fee of the smallest tenth, luck taken out, %", 100, 2},
    Shown{"luck_adjusted_fee_decile_10", "fee of the largest tenth, luck taken out, %", 100, 2},
    Shown{"effective_fee_decile_1", "fee of the smallest tenth, as realised, %", 100, 2},
    Shown{"effective_fee_decile_10", "fee of the largest tenth, as realised, %", 100, 2},
    Shown{"payout_cv", "variation of a miner's relative pay", 1, 4},
    Shown{"payout_gini", "Gini of payouts", 1, 4},
    Shown{"payout_hhi", "HHI of payouts", 1, 5},
    Shown{"days_to_first_payout_decile_1", "days to the first payout, smallest tenth", 1, 2},
    Shown{"operator_gain_btc", "operator's gain, BTC", 1, 4},
    Shown{"lowest_reserve_btc", "operator's lowest reserve, BTC", 1, 4},
    Shown{"participation_mean", "hash rate in the pool, mean over time, %", 100, 2},
    Shown{"retention", "hash rate of the start that is there at the end, %", 100, 2},
    Shown{"network_hhi", "HHI of the network's pools at the end", 1, 5},
    Shown{"expected_revenue_btc", "expected value of the work in the pool, BTC", 1, 3},
    Shown{"total_pay_decile_1", "pay of the smallest tenth, here and elsewhere, %", 100, 2},
    Shown{"total_pay_decile_10", "pay of the largest tenth, here and elsewhere, %", 100, 2},
    Shown{"ruined", "runs in which the reserve ran out, %", 100, 1},
};

double paired_t_p_value(const Moments& differences) {
  if (differences.count() < 2) return std::numeric_limits<double>::quiet_NaN();
  if (differences.mean() == 0.0) return 1.0;
  if (differences.standard_error() == 0.0) return 0.0;
  const boost::math::students_t t(static_cast<double>(differences.count() - 1));
  const double statistic = std::abs(differences.mean()) / differences.standard_error();
  return 2.0 * boost::math::cdf(boost::math::complement(t, statistic));
}

/// Whether the text shows this difference as a test.
bool is_tested(const SchemeDifference& d) {
  return !std::isnan(d.paired.p_value) &&
         std::any_of(kShown.begin(), kShown.end(),
                     [&](const Shown& shown) { return d.measure == shown.measure; });
}

void adjust_by_holm(std::vector<SchemeDifference>& differences) {
  std::vector<double> p_values;
  for (const SchemeDifference& d : differences) {
    if (is_tested(d)) p_values.push_back(d.paired.p_value);
  }
  const std::vector<double> adjusted = holm_adjusted(p_values);
  auto next = adjusted.begin();
  for (SchemeDifference& d : differences) {
    if (is_tested(d)) d.holm_p = *next++;
  }
}

/// -1 or 1 where the interval is clear of zero, else 0.
int sign(const Interval& interval) {
  return interval.low > 0.0 ? 1 : interval.high < 0.0 ? -1 : 0;
}

std::string interval_text(const Interval& interval, const Shown& shown) {
  return fmt::format("[{:+.{}f}, {:+.{}f}]", interval.low * shown.scale, shown.digits,
                     interval.high * shown.scale, shown.digits);
}

std::string line(const SchemeDifference& d, const Shown& shown) {
  const Paired& paired = d.paired;
  std::string text =
      fmt::format("  {:<24}{:>+12.{}f}", d.scheme, paired.t.estimate * shown.scale, shown.digits);
  if (std::isfinite(paired.t.low)) {
    text += fmt::format("   {}{}", interval_text(paired.t, shown), d.significant() ? " *" : "");
    if (sign(paired.t) != sign(paired.bca)) {
      text += fmt::format("\n  {:>36}   {}", "but by the bootstrap (BCa)",
                          interval_text(paired.bca, shown));
    }
  }
  return text + "\n";
}

}  // namespace

std::vector<Scenario> worlds_to_compare(const Scenario& scenario) {
  if (!scenario.fleet.has_choice()) return {scenario};
  std::vector<Scenario> worlds;
  for (SchemeConfig scheme : schemes_of(scenario.pool)) {
    worlds.push_back(scenario);
    PoolConfig& pool = worlds.back().pool;
    scheme.name = account_name(scheme);
    pool.schemes = {scheme};
    pool.paying.clear();
    std::erase_if(pool.changes,
                  [&](const TermsChange& change) { return change.scheme != scheme.name; });
    check(worlds.back());
  }
  return worlds;
}

Pairs pair_up(std::span<const double> baseline, std::span<const double> values) {
  AICMP_ASSERT(baseline.size() == values.size());
  Pairs pairs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]) || !std::isfinite(baseline[i])) continue;
    pairs.baseline.add(baseline[i]);
    pairs.difference.add(values[i] - baseline[i]);
    pairs.differences.push_back(values[i] - baseline[i]);
  }
  return pairs;
}

Paired compare(const Pairs& pairs, std::uint32_t entity) {
  const Interval t = t_interval(pairs.difference);
  Paired paired{pairs.baseline.mean(), t, t, paired_t_p_value(pairs.difference)};
  if (pairs.differences.size() > 1) {
    paired.bca = bca_interval(
        pairs.differences, [](std::span<const double> d) { return mean(d); }, WorldKey{}, entity,
        0.95, kResamples);
  }
  return paired;
}

std::vector<SchemeDifference> compare_to_first(const Summary& summary) {
  std::vector<SchemeDifference> differences;
  const std::string& first = summary.schemes().front();
  for (const MergedMeasure& measure : summary.measures()) {
    if (measure.scheme.empty() || measure.scheme == first) continue;
    differences.push_back({measure.scheme, measure.name,
                           compare(pair_up(summary.values(first, measure.name),
                                           summary.values(measure.scheme, measure.name)),
                                   static_cast<std::uint32_t>(differences.size()))});
  }
  adjust_by_holm(differences);
  return differences;
}

std::string comparison_text(const Summary& summary,
                            const std::vector<SchemeDifference>& differences) {
  const std::string& first = summary.schemes().front();
  const auto tests = std::count_if(differences.begin(), differences.end(), is_tested);
  std::string text = fmt::format(
      "Differences from {}, same random numbers in every pair, {} replications.\n"
      "Mean and 95 % t interval; * significant at 5 % after Holm's correction for\n"
      "{} comparisons.\n",
      first, summary.replications().size(), tests);
  for (const Shown& shown : kShown) {
    if (!summary.contains(first, shown.measure)) continue;
    const Moments& base = summary.moments(first, shown.measure);
    if (base.count() == 0) continue;
    text += fmt::format("\n{}: {} {:.{}f}\n", shown.title, first, base.mean() * shown.scale,
                        shown.digits);
    for (const SchemeDifference& d : differences) {
      if (d.measure == shown.measure) text += line(d, shown);
    }
  }
  if (summary.replications().size() < 2)
    text += "\nOne replication has no interval: use --replications.\n";
  return text;
}

void write_comparison(OutputFile& file, const std::string& baseline,
                      const std::vector<SchemeDifference>& differences) {
  CsvWriter table(file, {"measure", "scheme", "baseline", "baseline_mean", "difference", "t_low95",
                         "t_high95", "bca_low95", "bca_high95", "p_value", "p_holm"});
  for (const SchemeDifference& d : differences) {
    const Paired& paired = d.paired;
    table.row(std::string_view(d.measure), std::string_view(d.scheme), std::string_view(baseline),
              paired.baseline, paired.t.estimate, paired.t.low, paired.t.high, paired.bca.low,
              paired.bca.high, paired.p_value, d.holm_p);
  }
}

}  // namespace aicmp
