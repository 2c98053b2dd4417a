#include "sim/forecast/evaluation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/forecast/difficulty_lstm.hpp"

namespace aicmp {
namespace {

constexpr std::size_t kPriorEpochs = 26;
constexpr std::size_t kLeastPriorEpochs = 8;
constexpr double kLeastSkill = 0.01;  // less is not worth a change
constexpr std::size_t kLeastOutcomes = 10;
constexpr std::array<std::int64_t, 5> kDifficultyBlocks{144, 504, 1008, 1512, 1944};
constexpr std::size_t kEpochsToLearn = 20;  // between two lessons of the LSTM

std::string percent(const Skill& skill) {
  return fmt::format("{:.1f} % ({:.1f} to {:.1f})", 100.0 * skill.skill, 100.0 * skill.low,
                     100.0 * skill.high);
}

std::string verdict_of(const Comparison& comparison) {
  const std::string& first = comparison.rows.front().name;
  if (comparison.chosen > 0) {
    const Comparison::Row& chosen = comparison.rows[comparison.chosen];
    return fmt::format("{}: skill {} against {}", chosen.name, percent(chosen.pinball.front()),
                       first);
  }
  if (comparison.rows.size() == 1) return "";
  const auto best = std::max_element(
      comparison.rows.begin() + 1, comparison.rows.end(),
      [](const auto& a, const auto& b) { return a.pinball[0].skill < b.pinball[0].skill; });
  return fmt::format("no skill: {} stays; the best other, {}, has {}", first, best->name,
                     percent(best->pinball.front()));
}

/// What is thought of the next difficulty before anything of the epoch is seen.
Forecast no_change(std::span<const double> past) {
  std::vector<double> sorted(past.begin(), past.end());
  std::sort(sorted.begin(), sorted.end());
  Forecast forecast;
  for (std::size_t q = 0; q < kLevels.size(); ++q) {
    forecast.quantiles[q] = quantile(sorted, kLevels[q]);
  }
  return forecast;
}

/// The plug-in, whose spread is that of its errors in the past: luck of the blocks seen and to
/// come.
Forecast plug_in(const EpochSoFar& so_far) {
  constexpr std::array<double, kLevels.size()> kNormal{-1.645, -0.674, 0.0, 0.674, 1.645};
  const double part = static_cast<double>(so_far.blocks) / 2015.0;
  const double sd = std::sqrt((1.0 - part) * (1.0 - part) / static_cast<double>(so_far.blocks) +
                              (1.0 - part) / 2015.0);
  Forecast forecast;
  forecast.mean = plug_in_retarget(so_far);
  for (std::size_t q = 0; q < kLevels.size(); ++q) {
    forecast.quantiles[q] = forecast.mean + sd * kNormal[q];
  }
  return forecast;
}

}  // namespace

Comparison compare_forecasts(const std::vector<Entrant>& entrants, int steps) {
  Comparison comparison;
  for (std::size_t i = 0; i < entrants.size(); ++i) {
    Comparison::Row row{entrants[i].name, score(entrants[i].outcomes), {}, {}};
    for (std::size_t j = 0; j < i; ++j) {
      row.squared.push_back(
          skill_against(entrants[i].outcomes, entrants[j].outcomes, Loss::kSquared, steps));
      row.pinball.push_back(
          skill_against(entrants[i].outcomes, entrants[j].outcomes, Loss::kPinball, steps));
    }
    if (i > 0) {
      const Skill& gain = row.pinball[comparison.chosen];
      if (gain.clear() && gain.skill >= kLeastSkill) comparison.chosen = i;
    }
    comparison.rows.push_back(std::move(row));
  }
  comparison.verdict = verdict_of(comparison);
  const std::vector<Outcome>& outcomes = entrants[comparison.chosen].outcomes;
  const std::size_t recent = std::min(outcomes.size(), Comparison::kMostRecent);
  comparison.recent.assign(outcomes.end() - static_cast<std::ptrdiff_t>(recent), outcomes.end());
  return comparison;
}

std::vector<Comparison> evaluate(const Target& target) {
  const std::size_t horizons = target.plan.horizons.size();
  std::vector<std::vector<Entrant>> entrants(horizons);
  for (const ForecasterMaker& make : target.forecasters) {
    const std::unique_ptr<Forecaster> forecaster = make();
    auto outcomes = walk_forward(target.series, target.plan, *forecaster);
    for (std::size_t h = 0; h < horizons; ++h) {
      entrants[h].push_back({forecaster->name(), std::move(outcomes[h])});
    }
  }
  std::vector<Comparison> comparisons;
  for (std::size_t h = 0; h < horizons; ++h) {
    const int steps = target.plan.horizons[h];
    if (entrants[h].front().outcomes.size() < kLeastOutcomes) continue;
    Comparison comparison = compare_forecasts(entrants[h], steps);
    comparison.target = target.name;
    comparison.source = target.source;
    comparison.scale = target.scale;
    comparison.horizon = fmt::format("{} {}{}", steps, target.step, steps == 1 ? "" : "s");
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

std::vector<Comparison> evaluate_difficulty(const std::vector<EpochCase>& cases,
                                            const std::string& source,
                                            std::optional<std::uint64_t> lstm_seed) {
  const std::size_t moments = kDifficultyBlocks.size();
  std::vector<std::vector<Entrant>> entrants(moments,
                                             {{"no change", {}}, {"shrink", {}}, {"plug-in", {}}});
  std::optional<DifficultyLstm> lstm;
  if (lstm_seed) {
    lstm.emplace(*lstm_seed);
    for (auto& at : entrants) at.push_back({"LSTM", {}});
  }
  std::vector<EpochCase> finished;
  for (const EpochCase& entry : cases) {
    if (entry.past_log_changes.size() < kLeastPriorEpochs) continue;
    const std::size_t seen = std::min(kPriorEpochs, entry.past_log_changes.size());
    const auto past = std::span(entry.past_log_changes).last(seen);
    for (std::size_t m = 0; m < moments; ++m) {
      const std::int64_t blocks = kDifficultyBlocks[m];
      const EpochSoFar so_far{blocks, entry.header_s[static_cast<std::size_t>(blocks)]};
      const auto add = [&](std::size_t entrant, const Forecast& forecast) {
        entrants[m][entrant].outcomes.push_back({forecast, entry.log_change});
      };
      add(0, no_change(past));
      add(1, shrink_retarget(so_far, entry.past_log_changes));
      add(2, plug_in(so_far));
      if (lstm) add(3, lstm->forecast(entry, blocks));
    }
    finished.push_back(entry);
    if (lstm && finished.size() % kEpochsToLearn == 0) lstm->learn(finished);
  }
  if (finished.size() < kLeastOutcomes) {
    throw ConfigError(
        {}, "", fmt::format("{} epochs with 8 before them are too few", finished.size()), ">= 10");
  }
  std::vector<Comparison> comparisons;
  for (std::size_t m = 0; m < moments; ++m) {
    Comparison comparison = compare_forecasts(entrants[m], 1);
    comparison.target = "next difficulty";
    comparison.source = source;
    comparison.scale = "log change";
    comparison.horizon = fmt::format("after {} blocks", kDifficultyBlocks[m]);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace aicmp
