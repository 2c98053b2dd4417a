#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/forecast/forecaster.hpp"
#include "sim/forecast/lstm_net.hpp"

namespace aicmp {

/// Outputs of a net for each horizon: the mean and the quantiles of kLevels.
inline constexpr Eigen::Index kPerHorizon = 1 + static_cast<Eigen::Index>(kLevels.size());

/// What a net is to learn, by the numbers of samples.
struct QuantileSamples {
  using Numbers = std::vector<std::size_t>;
  std::function<LstmNet::Batch(const Numbers&)> seen;
  std::function<Eigen::MatrixXf(const Numbers&)> came;  // [horizons][samples], about one in size
};

struct QuantileTraining {
  int epochs = 60;   // at most
  int patience = 8;  // epochs without a better loss on what is held out
  double learning_rate = 3e-3;
};

/// Trains by Huber's loss of 3 for the mean and pinball loss for the quantiles, with Adam (Kingma
/// and Ba 2015) on batches of 32; the weights that were best on `held_out` are kept.
void train_quantiles(LstmNet& net, const QuantileSamples& samples, QuantileSamples::Numbers learn,
                     const QuantileSamples::Numbers& held_out, const QuantileTraining& training,
                     Rng& rng);

}  // namespace aicmp
