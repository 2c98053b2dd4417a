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

}  // namespace

std::vector<FrontierPoint> frontier(const Summary& summary, std::span<const SchemeConfig> schemes) {
  AICMP_ASSERT(schemes.size() == summary.schemes().size());
  std::vector<FrontierPoint> points;
  for (std::size_t i = 0; i < schemes.size(); ++i) {
    const std::string& name = summary.schemes()[i];
    const Moments& cv = summary.moments(name, "payout_cv");
    const Moments& gain = summary.moments(name, "operator_gain_btc");
    points.push_back({name, cv.count() > 0 ? cv.mean() : kNone,
                      gain.count() > 1 ? gain.standard_deviation() : kNone,
                      summary.moments(name, "ruined").mean(), exploitability(schemes[i])});
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
      "is no worse than any other in every column; hopping and splitting as known\n"
      "from analysis, the rest as simulated.\n\n";
  text += fmt::format("  {:<24}{:>9}{:>14}{:>9}{:>10}{:>11}\n", "", "miner's", "operator gain",
                      "ruined,", "gain by", "gain by");
  text += fmt::format("  {:<24}{:>9}{:>14}{:>9}{:>10}{:>11}\n", "scheme", "pay CV", "sd, BTC", "%",
                      "hopping", "splitting");
  for (const FrontierPoint& p : points) {
    text += fmt::format("{} {:<24}{:>9}{:>14}{:>9.1f}{:>10}{:>11}\n", p.dominated ? ' ' : '+',
                        p.scheme, number(p.payout_cv, 4), number(p.operator_sd_btc, 4),
                        100 * p.ruined, exposure_text(p.exploitability.hopping),
                        exposure_text(p.exploitability.splitting));
  }
  return text;
}

void write_frontier(OutputFile& file, const std::vector<FrontierPoint>& points) {
  CsvWriter table(file, {"scheme", "payout_cv", "operator_gain_sd_btc", "ruined", "gain_by_hopping",
                         "gain_by_splitting", "dominated"});
  for (const FrontierPoint& p : points) {
    table.row(std::string_view(p.scheme), p.payout_cv, p.operator_sd_btc, p.ruined,
              exposure_text(p.exploitability.hopping), exposure_text(p.exploitability.splitting),
              static_cast<int>(p.dominated));
  }
}

}  // namespace aicmp
