#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/forecast/lstm.hpp"
#include "sim/forecast/next_difficulty.hpp"
#include "sim/forecast/scores.hpp"
#include "sim/forecast/walk_forward.hpp"

namespace aicmp {

using ForecasterMaker = std::function<std::unique_ptr<Forecaster>()>;

/// A series to foretell, and who tries, the simplest first.
struct Target {
  std::string name;    // "price"
  std::string source;  // "btc_daily.csv, 2021-01-01 to 2025-06-30" or "simulated"
  std::string scale;   // what the numbers are: "log USD"
  std::vector<double> series;
  WalkForward plan;
  std::string step;  // of the series: "day"
  std::vector<ForecasterMaker> forecasters;
};

struct Entrant {
  std::string name;
  std::vector<Outcome> outcomes;
};

/// One target at one horizon.
struct Comparison {
  struct Row {
    std::string name;
    Scores scores;
    std::vector<Skill> squared;  // against the entrants before it
    std::vector<Skill> pinball;
  };

  std::string target;
  std::string source;
  std::string scale;
  std::string horizon;
  std::vector<Row> rows;
  std::size_t chosen = 0;       // whose forecasts are to be used
  std::string verdict;          // in words
  std::vector<Outcome> recent;  // the last of the chosen, at most kMostRecent

  static constexpr std::size_t kMostRecent = 120;
};

/// Scores entrants on the same outcomes, the simplest first. The chosen one is the first, unless
/// another has a skill of 1 % or more by pinball loss against the chosen so far whose 95 % interval
/// lies above none: so whatever has learnt more has to prove it, or the baseline stays.
Comparison compare_forecasts(const std::vector<Entrant>& entrants, int steps);

/// Every horizon of a target, walking forward.
std::vector<Comparison> evaluate(const Target& target);

/// No change (with the spread of up to 26 epochs before), shrink and plug-in at 144, 504, 1008,
/// 1512 and 1944 blocks into each epoch that has 8 epochs before it. Needs 10 such epochs. With a
/// seed an LSTM tries too, which learns from what has come every 20 epochs.
std::vector<Comparison> evaluate_difficulty(const std::vector<EpochCase>& cases,
                                            const std::string& source,
                                            std::optional<std::uint64_t> lstm_seed = {});

/// Files of history, empty if absent, as of `aicmp calibrate`.
struct ForecastInput {
  std::string daily;
  std::string blocks;
  std::string mempool;
  std::string energy;
  std::int64_t since_unix_s = 0;  // of daily and blocks
  std::int64_t now_unix_s = 0;
};

/// Price, fees, mempool, energy and block intervals, as far as the files have them; every hole ends
/// a series, and the longest piece is taken. Throws as read_record().
std::vector<Target> recorded_targets(const ForecastInput& input);
/// The same from the engine's processes with their defaults: three years of days, one of hours.
std::vector<Target> simulated_targets(std::uint64_t seed);

/// The LSTM for a target: 16 units that read 32 steps, and the value a day before where steps are
/// hours.
LstmConfig lstm_for(const Target& target, std::uint64_t seed);
/// Lets it try the target too, after all others.
void add_lstm(Target& target, std::uint64_t seed);

std::string evaluation_text(const std::vector<Comparison>& comparisons);
std::string evaluation_json(const std::vector<Comparison>& comparisons);

}  // namespace aicmp
