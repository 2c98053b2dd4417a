#include "sim/pool/fee_average.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/moments.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kTrailing = 144;

}  // namespace

void add_options(OptionTable& table, FeeAverageConfig& config, const std::string& prefix) {
  using Over = FeeAverageConfig::Over;
  table.add_choice(
      prefix + "_fees", config.over, {{"day", Over::kDay}, {"last_144", Over::kLast144}},
      "FPPS passes on the mean fees of the network's blocks of the day, or of its last "
      "144 blocks.");
  table.add(prefix + "_trim", config.trim, "of the blocks",
            Limits{.min = 0.0, .max = 0.5, .max_open = true},
            "Left out of that mean at each end: the poorest and the richest.");
}

void FeeAverage::add(Satoshi fees) {
  fees_.push_back(fees);
  if (config_.over == FeeAverageConfig::Over::kLast144 && fees_.size() > kTrailing) {
    fees_.erase(fees_.begin());
  }
}

std::optional<Satoshi> FeeAverage::end_day() {
  if (fees_.empty()) return {};
  std::vector<Satoshi> kept = fees_;
  if (config_.over == FeeAverageConfig::Over::kDay) fees_.clear();
  const auto cut = static_cast<std::ptrdiff_t>(config_.trim * static_cast<double>(kept.size()));
  if (cut > 0) std::sort(kept.begin(), kept.end());
  Moments mean;
  for (auto fees = kept.begin() + cut; fees != kept.end() - cut; ++fees) {
    mean.add(static_cast<double>(fees->value()));
  }
  return Satoshi(std::llround(mean.mean()));
}

}  // namespace aicmp
