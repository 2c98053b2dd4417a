#include "sim/forecast/next_difficulty.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/chain/retarget.hpp"

namespace aicmp {
namespace {

constexpr auto kIntervals = static_cast<double>(kRetargetInterval - 1);
constexpr auto kTimespanS = static_cast<double>(kTargetTimespanS);
constexpr auto kSpacingS = static_cast<double>(kTargetSpacingS);
constexpr std::size_t kSeenEpochs = 26;
constexpr std::array<double, kLevels.size()> kNormalQuantiles{
    -1.6448536269514722, -0.6744897501960817, 0.0, 0.6744897501960817, 1.6448536269514722};

double log_change(double timespan_s) {
  return std::log(kTimespanS / std::clamp(timespan_s, 0.25 * kTimespanS, 4.0 * kTimespanS));
}

}  // namespace

double plug_in_retarget(const EpochSoFar& epoch) {
  if (epoch.blocks <= 0 || epoch.elapsed_s <= 0.0) return 0.0;
  return log_change(epoch.elapsed_s * kIntervals / static_cast<double>(epoch.blocks));
}

Forecast shrink_retarget(const EpochSoFar& epoch, std::span<const double> prior_log_changes) {
  AICMP_ASSERT(prior_log_changes.size() >= 2);
  Moments prior;
  for (const double change :
       prior_log_changes.last(std::min(kSeenEpochs, prior_log_changes.size()))) {
    prior.add(change);
  }
  const double variance = std::max(prior.variance(), 1e-6);
  const double mean_rate = std::exp(prior.mean() + 0.5 * variance);
  const double shape = 1.0 / std::expm1(variance) + static_cast<double>(epoch.blocks);
  const double rate = 1.0 / std::expm1(variance) / mean_rate + epoch.elapsed_s / kSpacingS;

  // Moments of the remaining time in units of 600 s: a gamma sum over an inverse gamma scale.
  const double left = kIntervals - static_cast<double>(epoch.blocks);
  const double mean_scale = rate / (shape - 1.0);
  const double scale_variance = mean_scale * mean_scale / (shape - 2.0);
  const double mean_s = epoch.elapsed_s + kSpacingS * left * mean_scale;
  const double sd_s = kSpacingS * std::sqrt(left * (mean_scale * mean_scale + scale_variance) +
                                            left * left * scale_variance);

  Forecast forecast;
  const double relative = sd_s / mean_s;
  forecast.mean = log_change(mean_s) + 0.5 * relative * relative;
  for (std::size_t q = 0; q < kLevels.size(); ++q) {
    forecast.quantiles[q] = forecast.mean + relative * kNormalQuantiles[q];
  }
  return forecast;
}

std::vector<EpochCase> epoch_cases(const BlockHistory& blocks, std::vector<double> earlier) {
  const std::span<const HistoricBlock> all = blocks.blocks();
  const auto epoch = static_cast<std::size_t>(kRetargetInterval);
  std::vector<EpochCase> cases;
  std::size_t first = static_cast<std::size_t>(
      (kRetargetInterval - all.front().height % kRetargetInterval) % kRetargetInterval);
  for (; first + epoch <= all.size(); first += epoch) {
    EpochCase entry;
    for (std::size_t i = 0; i < epoch; ++i) {
      entry.header_s.push_back(
          static_cast<double>(all[first + i].header_unix_s - all[first].header_unix_s));
    }
    entry.log_change = log_change(entry.header_s.back());
    entry.past_log_changes = earlier;
    earlier.push_back(entry.log_change);
    cases.push_back(std::move(entry));
  }
  return cases;
}

std::vector<EpochCase> draw_epochs(std::size_t count, double growth_sd, std::uint64_t seed) {
  std::vector<EpochCase> cases;
  std::vector<double> past;
  double log_hash_rate = 0.0;
  double log_difficulty = 0.0;
  for (std::size_t i = 0; i < count + kSeenEpochs; ++i) {
    Rng rng({seed, static_cast<std::uint32_t>(i), 0}, StreamId::kBlockInterval);
    log_hash_rate += growth_sd * normal(rng);
    const double mean_s = kSpacingS * std::exp(log_difficulty - log_hash_rate);
    EpochCase entry;
    double now_s = 0.0;
    for (std::int64_t block = 0; block < kRetargetInterval; ++block) {
      entry.header_s.push_back(now_s);
      now_s += mean_s * exponential(rng);
    }
    entry.log_change = log_change(entry.header_s.back());
    entry.past_log_changes = past;
    past.push_back(entry.log_change);
    log_difficulty += entry.log_change;
    if (i >= kSeenEpochs) cases.push_back(std::move(entry));
  }
  return cases;
}

}  // namespace aicmp
