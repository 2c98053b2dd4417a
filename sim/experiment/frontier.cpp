#include "sim/experiment/frontier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double exposure_rank(Exposure exposure) {
  return exposure == Exposure::kUnknown ? kNone : static_cast<double>(exposure);
}

/// Everything that should be small; NaN is comparable with nothing.
std::array<double, 5> burdens(const FrontierPoint& point) {
  return {point.payout_cv, point.operator_sd_btc, point.ruined,
          exposure_rank(point.exploitability.hopping),
          exposure_rank(point.exploitability.splitting)};
}

bool dominates(const FrontierPoint& a, const FrontierPoint& b) {
  const auto mine = burdens(a);
  const auto theirs = burdens(b);
  bool better = false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (std::isnan(mine[i]) && std::isnan(theirs[i])) continue;
    if (!(mine[i] <= theirs[i])) return false;
    better = better || mine[i] < theirs[i];
  }
  return better;
}

std::string number(double value, int digits) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, digits);
}

std::string gain_text(double gain, Exposure exposure) {
  return std::isnan(gain) || gain == 0.0 ? std::string(exposure_text(exposure))
                                         : fmt::format("{:.1f} %", 100.0 * gain);
}

double mean(const Summary& summary, const std::string& scheme, const std::string& name) {
  const Moments& moments = summary.moments(scheme, name);
  return moments.count() > 0 ? moments.mean() : kNone;
}

}  // namespace

std::vector<FrontierPoint> frontier(const Summary& summary, std::span<const SchemeConfig> schemes) {
  AICMP_ASSERT(schemes.size() == summary.schemes().size());
  const double blocks_per_s =
      mean(summary, "", "pool_expected_blocks") / (86400.0 * mean(summary, "", "days"));
  std::vector<FrontierPoint> points;
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    const std::string& name = summary.schemes()[i];
    const Moments& gain = summary.moments(name, "operator_gain_btc");
    points.push_back({name, mean(summary, name, "payout_cv"),
                      gain.count() > 1 ? gain.standard_deviation() : kNone,
                      summary.moments(name, "ruined").mean(), mean(summary, name, "ruin_chance"),
                      mean(summary, name, "reserve_for_1_percent_btc"), exploitability(schemes[i]),
                      best_hopping_gain(schemes[i], blocks_per_s),
                      ten_identities_gain(schemes[i])});
  }
  for (FrontierPoint& point : points) {
    point.dominated = std::any_of(points.begin(), points.end(), [&](const FrontierPoint& other) {
      return dominates(other, point);
    });
  }
  return points;
}

std::string frontier_text(const std::vector<FrontierPoint>& points) {
  std::string text =
      "Frontier: miners' variance, operator's risk, exploitability. A scheme with a +\n"
      "is no worse than any other in every column. Reserve: for 1 % of ruin ever, -\n"
      "if none is enough. By analysis: what a small miner gains who hops at best, or\n"
      "poses as ten.\n\n";
  text += fmt::format("  {:<23}{:>9}{:>11}{:>8}{:>10}{:>8}{:>9}\n", "", "miner's", "operator",
                      "ruined,", "reserve,", "gain by", "gain by");
  text += fmt::format("  {:<23}{:>9}{:>11}{:>8}{:>10}{:>8}{:>9}\n", "scheme", "pay CV", "sd, BTC",
                      "%", "BTC", "hopping", "posing");
  for (const FrontierPoint& p : points) {
    text +=
        fmt::format("{} {:<23}{:>9}{:>11}{:>8.1f}{:>10}{:>8}{:>9}\n", p.dominated ? ' ' : '+',
                    p.scheme, number(p.payout_cv, 4), number(p.operator_sd_btc, 3), 100 * p.ruined,
                    number(p.reserve_btc, 1), gain_text(p.hopping_gain, p.exploitability.hopping),
                    gain_text(p.splitting_gain, p.exploitability.splitting));
  }
  std::string chances;
  for (const FrontierPoint& p : points) {
    if (p.ruin_chance > 0.0) {
      chances += fmt::format("  {:<23}{:>9.3g} %\n", p.scheme, 100 * p.ruin_chance);
    }
  }
  if (chances.empty()) return text;
  return text +
         "\nChance of ruin within the run, by the formula, which is exact for blocks of equal\n"
         "worth, however rare ruin is (aicmp ruin samples it by importance):\n\n" +
         chances;
}

void write_frontier(OutputFile& file, const std::vector<FrontierPoint>& points) {
  CsvWriter table(file, {"scheme", "payout_cv", "operator_gain_sd_btc", "ruined", "gain_by_hopping",
                         "gain_by_splitting", "dominated", "reserve_for_1_percent_btc",
                         "best_hopping_gain", "ten_identities_gain", "ruin_chance"});
  for (const FrontierPoint& p : points) {
    table.row(std::string_view(p.scheme), p.payout_cv, p.operator_sd_btc, p.ruined,
              exposure_text(p.exploitability.hopping), exposure_text(p.exploitability.splitting),
              static_cast<int>(p.dominated), p.reserve_btc, p.hopping_gain, p.splitting_gain,
              p.ruin_chance);
  }
}

}  // namespace aicmp
