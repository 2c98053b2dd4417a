#include "sim/forecast/difficulty_lstm.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/error.hpp"
#include "sim/chain/retarget.hpp"
#include "sim/forecast/quantile_training.hpp"

namespace aicmp {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

constexpr std::int64_t kPieceBlocks = 72;
constexpr std::int64_t kMostPieces = 27;
constexpr std::size_t kPast = 8;  // retargets
constexpr std::size_t kSteps = kPast + static_cast<std::size_t>(kMostPieces);
constexpr Index kPieceFeatures =
    3;  // log change or pace, whether of an epoch or a piece, pieces so far
constexpr Index kUnits = 16;
constexpr double kRetargetScale = 0.05;  // of a retarget
constexpr double kNormalRange = 3.29;    // between the outer quantiles, in standard deviations
constexpr std::size_t kDrawnEpochs = 400;
constexpr int kDrawnRounds = 20;  // through them, at most
constexpr int kRounds = 20;
constexpr double kDrawnGrowthSd = 0.05;  // of history: docs/forecasting.md

/// An epoch at a number of blocks.
struct Sample {
  const EpochCase* epoch = nullptr;
  std::int64_t pieces = 0;
};

Forecast shrunken(const Sample& sample) {
  const std::int64_t blocks = kPieceBlocks * sample.pieces;
  return shrink_retarget({blocks, sample.epoch->header_s[static_cast<std::size_t>(blocks)]},
                         sample.epoch->past_log_changes);
}

double spread(const Forecast& forecast) {
  return (forecast.quantiles.back() - forecast.quantiles.front()) / kNormalRange;
}

/// A column of each step: zeros, retargets before, pieces of this epoch.
void write_sample(const Sample& sample, LstmNet::Batch& batch, Index column) {
  const auto pieces = static_cast<std::size_t>(sample.pieces);
  const std::vector<double>& past = sample.epoch->past_log_changes;
  for (std::size_t i = 0; i < kPast; ++i) {
    MatrixXf& step = batch[kSteps - pieces - kPast + i];
    step(0, column) = static_cast<float>(past[past.size() - kPast + i] / kRetargetScale);
    step(1, column) = 1.0f;
  }
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    const std::vector<double>& header_s = sample.epoch->header_s;
    const double took_s =
        std::max(1.0, header_s[(piece + 1) * kPieceBlocks] - header_s[piece * kPieceBlocks]);
    MatrixXf& step = batch[kSteps - pieces + piece];
    step(0, column) = static_cast<float>(
        std::clamp(std::log(kPieceBlocks * kTargetSpacingS / took_s) / kRetargetScale, -8.0, 8.0));
    step(2, column) = static_cast<float>(piece + 1) / static_cast<float>(kMostPieces);
  }
}

LstmNet::Batch seen_of(const std::vector<Sample>& samples, const QuantileSamples::Numbers& some) {
  LstmNet::Batch batch(kSteps, MatrixXf::Zero(kPieceFeatures, static_cast<Index>(some.size())));
  for (std::size_t i = 0; i < some.size(); ++i) {
    write_sample(samples[some[i]], batch, static_cast<Index>(i));
  }
  return batch;
}

void learn_epochs(LstmNet& net, const std::vector<EpochCase>& cases, int rounds, Rng& rng) {
  std::vector<Sample> samples;
  for (const EpochCase& epoch : cases) {
    for (std::int64_t pieces = 1; pieces <= kMostPieces; ++pieces)
      samples.push_back({&epoch, pieces});
  }
  std::vector<float> missed;
  for (const Sample& sample : samples) {
    const Forecast prior = shrunken(sample);
    missed.push_back(static_cast<float>((sample.epoch->log_change - prior.mean) / spread(prior)));
  }
  QuantileSamples::Numbers learnt(samples.size());
  std::iota(learnt.begin(), learnt.end(), std::size_t{0});
  const std::size_t held = cases.size() * 15 / 100 * static_cast<std::size_t>(kMostPieces);
  const QuantileSamples::Numbers check(learnt.end() - static_cast<std::ptrdiff_t>(held),
                                       learnt.end());
  learnt.resize(learnt.size() - held);
  train_quantiles(net,
                  {[&](const QuantileSamples::Numbers& some) { return seen_of(samples, some); },
                   [&](const QuantileSamples::Numbers& some) {
                     MatrixXf came(1, static_cast<Index>(some.size()));
                     for (std::size_t i = 0; i < some.size(); ++i) {
                       came(0, static_cast<Index>(i)) = missed[some[i]];
                     }
                     return came;
                   }},
                  learnt, check, {rounds, 4, 1e-3}, rng);
}

}  // namespace

struct DifficultyLstm::Net {
  Rng rng;
  LstmNet lstm;

  explicit Net(std::uint64_t seed)
      : rng({seed, 0, 0}, StreamId::kPolicy), lstm({kPieceFeatures, kUnits, kPerHorizon}, rng) {
    // Outputs are in its standard deviations from the mean of shrink_retarget(), at first its own.
    lstm.parameters().tail(kPerHorizon * (kUnits + 1)).setZero();
    lstm.parameters().tail(kPerHorizon) << 0.0f, -1.645f, -0.674f, 0.0f, 0.674f, 1.645f;
  }
};

DifficultyLstm::DifficultyLstm(std::uint64_t seed) : net_(std::make_unique<Net>(seed)) {
  learn_epochs(net_->lstm, draw_epochs(kDrawnEpochs, kDrawnGrowthSd, seed), kDrawnRounds,
               net_->rng);
}

DifficultyLstm::~DifficultyLstm() = default;

void DifficultyLstm::learn(const std::vector<EpochCase>& cases) {
  learn_epochs(net_->lstm, cases, kRounds, net_->rng);
}

Forecast DifficultyLstm::forecast(const EpochCase& epoch, std::int64_t blocks) const {
  AICMP_ASSERT(blocks % kPieceBlocks == 0 && blocks >= kPieceBlocks &&
               blocks <= kMostPieces * kPieceBlocks);
  const Sample sample{&epoch, blocks / kPieceBlocks};
  const Forecast prior = shrunken(sample);
  const double sd = spread(prior);
  LstmNet::Memory memory;
  const MatrixXf output = net_->lstm.forward(seen_of({sample}, {0}), memory);
  Forecast result;
  result.mean = prior.mean + sd * output(0, 0);
  for (std::size_t q = 0; q < kLevels.size(); ++q) {
    result.quantiles[q] = prior.mean + sd * output(1 + static_cast<Index>(q), 0);
  }
  std::sort(result.quantiles.begin(), result.quantiles.end());
  return result;
}

}  // namespace aicmp
