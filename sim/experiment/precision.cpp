#include "sim/experiment/precision.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/experiment/comparison.hpp"

namespace aicmp {
namespace {

constexpr const char* kMeasure = "pay_per_expected_value";
constexpr std::int64_t kLeastBatch = 10;

}  // namespace

double parse_precision(std::string_view text) {
  const bool percent = text.ends_with('%');
  const std::string_view digits = text.substr(0, text.size() - (percent ? 1 : 0));
  double value = 0.0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (percent) value /= 100.0;
  if (error != std::errc() || end != digits.data() + digits.size() ||
      !(value > 0.0 && value <= 1.0)) {
    throw ConfigError({"--precision", 0}, "", fmt::format("'{}' will not do", text),
                      "a part such as 0.5% or 0.005, above 0 and at most 1");
  }
  return value;
}

double precision_of(const Summary& summary) {
  const std::string& first = summary.schemes().front();
  const std::vector<double> baseline = summary.values(first, kMeasure);
  double worst = 0.0;
  for (const std::string& scheme : summary.schemes()) {
    if (scheme == first) continue;
    const Pairs pairs = pair_up(baseline, summary.values(scheme, kMeasure));
    const Interval interval = t_interval(pairs.difference);
    const double part = (interval.high - interval.low) / 2.0 / std::abs(pairs.baseline.mean());
    worst = std::max(worst, std::isnan(part) ? std::numeric_limits<double>::infinity() : part);
  }
  return worst;
}

std::int64_t replications_to_add(const Summary& summary, const PrecisionGoal& goal) {
  const auto now = static_cast<std::int64_t>(summary.replications().size());
  const double ratio = precision_of(summary) / goal.part;
  if (ratio <= 1.0 || now >= goal.most) return 0;
  const double missing = static_cast<double>(now) * (std::min(ratio * ratio, 2.0) - 1.0);
  const auto batch = std::max(kLeastBatch, static_cast<std::int64_t>(std::ceil(missing)));
  return std::min(batch, goal.most - now);
}

std::string precision_text(const Summary& summary, const PrecisionGoal& goal) {
  const double reached = precision_of(summary);
  const std::size_t replications = summary.replications().size();
  if (reached <= goal.part) {
    return fmt::format(
        "Pay per expected value differs as stated within ±{:.3g} % of the baseline,\n"
        "as asked for (±{:.3g} %), after {} replications.\n",
        100 * reached, 100 * goal.part, replications);
  }
  return fmt::format(
      "The precision asked for (±{:.3g} % of the baseline's pay per expected value)\n"
      "was NOT reached: ±{:.3g} % after {} replications.\n",
      100 * goal.part, 100 * reached, replications);
}

}  // namespace aicmp
