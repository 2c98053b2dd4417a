#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/forecast/forecaster.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

struct LstmConfig {
  int units = 16;
  int steps = 32;    // of the past that it reads
  int period = 0;    // a season, in steps, that it also sees; 0: none
  int epochs = 60;   // at most, of the first fit; later fits go on for a sixth of it
  int patience = 8;  // epochs without a better loss on the last 15 % of the history
  double learning_rate = 3e-3;
  std::uint64_t seed = 1;
};

/// An LSTM forecaster that can leave as a policy bundle.
class LstmForecaster : public Forecaster {
 public:
  /// The fitted net: features change, level and, with a period, season, step by step; numbers
  /// mean_<steps> and q05_<steps> to q95_<steps> for each horizon, changes from the last value in
  /// `unit`. Quantiles may cross; sort them. `name` says what is foretold.
  virtual PolicyModel model(const std::string& name, const std::string& unit) const = 0;
  /// What the net reads of `history`: [steps][features], oldest first.
  virtual std::vector<float> observation(std::span<const double> history) const = 0;
};

/// Changes of a series over all horizons at once by an LSTM: their mean by squared loss, their
/// quantiles by pinball loss, which are then moved by what the last 15 % of the history misses
/// them. It reads changes, levels and, with a period, the value a season before the next;
/// everything is normalised by the history it was fitted to. Trained by Adam (Kingma and Ba 2015)
/// on batches of 32, stopped early, the best weights kept. One config and history give the same
/// numbers. `steps` + `period` + 1 is at most kLeastHistory.
std::unique_ptr<LstmForecaster> lstm(const LstmConfig& config);

}  // namespace aicmp
