#include "sim/forecast/quantile_training.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aicmp {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

constexpr Index kBatch = 32;
constexpr float kLargestGradient = 1.0f;

/// Adam with the usual constants.
class Adam {
 public:
  Adam(Index size, double rate)
      : rate_(rate), mean_(Eigen::VectorXf::Zero(size)), square_(Eigen::VectorXf::Zero(size)) {}

  void step(Eigen::VectorXf& parameters, Eigen::VectorXf gradient) {
    const float norm = gradient.norm();
    if (norm > kLargestGradient) gradient *= kLargestGradient / norm;
    ++count_;
    mean_ = 0.9f * mean_ + 0.1f * gradient;
    square_ = 0.999f * square_ + 0.001f * gradient.cwiseAbs2();
    const double rate =
        rate_ * std::sqrt(1.0 - std::pow(0.999, count_)) / (1.0 - std::pow(0.9, count_));
    parameters.array() -=
        static_cast<float>(rate) * mean_.array() / (square_.array().sqrt() + 1e-8f);
  }

 private:
  double rate_;
  int count_ = 0;
  Eigen::VectorXf mean_;
  Eigen::VectorXf square_;
};

/// Mean loss of a batch and its derivatives by the outputs.
float loss_of(const MatrixXf& came, const MatrixXf& outputs, MatrixXf& d_outputs) {
  d_outputs.resizeLike(outputs);
  const float weight = 1.0f / static_cast<float>(outputs.size());
  float loss = 0.0f;
  for (Index column = 0; column < outputs.cols(); ++column) {
    for (Index h = 0; h < came.rows(); ++h) {
      const Index row = kPerHorizon * h;
      const float miss = outputs(row, column) - came(h, column);
      // One spike must not rule a batch.
      const float cut = std::clamp(miss, -3.0f, 3.0f);
      loss += weight * cut * (miss - 0.5f * cut);
      d_outputs(row, column) = weight * cut;
      for (std::size_t q = 0; q < kLevels.size(); ++q) {
        const Index at = row + 1 + static_cast<Index>(q);
        const float error = came(h, column) - outputs(at, column);
        const auto level = static_cast<float>(kLevels[q]);
        loss += weight * std::max(level * error, (level - 1.0f) * error);
        d_outputs(at, column) = weight * (error > 0.0f ? -level : 1.0f - level);
      }
    }
  }
  return loss;
}

float loss_on(const LstmNet& net, const QuantileSamples& samples,
              const QuantileSamples::Numbers& held_out) {
  if (held_out.empty()) return std::numeric_limits<float>::infinity();
  LstmNet::Memory memory;
  MatrixXf unused;
  return loss_of(samples.came(held_out), net.forward(samples.seen(held_out), memory), unused);
}

}  // namespace

void train_quantiles(LstmNet& net, const QuantileSamples& samples, QuantileSamples::Numbers learn,
                     const QuantileSamples::Numbers& held_out, const QuantileTraining& training,
                     Rng& rng) {
  LstmNet::Memory memory;
  Adam adam(net.parameters().size(), training.learning_rate);
  Eigen::VectorXf best = net.parameters();
  float best_loss = loss_on(net, samples, held_out);
  for (int epoch = 0, stale = 0; epoch < training.epochs && stale < training.patience; ++epoch) {
    for (std::size_t i = learn.size(); i > 1; --i) {
      std::swap(learn[i - 1], learn[rng() % i]);
    }
    for (auto from = learn.begin(); from != learn.end();) {
      const auto to = from + std::min(kBatch, learn.end() - from);
      const QuantileSamples::Numbers part(from, to);
      MatrixXf d_outputs;
      loss_of(samples.came(part), net.forward(samples.seen(part), memory), d_outputs);
      adam.step(net.parameters(), net.backward(memory, d_outputs));
      from = to;
    }
    const float loss = loss_on(net, samples, held_out);
    ++stale;
    if (loss < best_loss) {
      best_loss = loss;
      best = net.parameters();
      stale = 0;
    }
  }
  net.parameters() = best;
}

}  // namespace aicmp
