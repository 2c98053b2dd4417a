#include "sim/forecast/lstm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/forecast/lstm_net.hpp"

namespace aicmp {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

constexpr Index kBatch = 32;
constexpr Index kPerHorizon = 1 + static_cast<Index>(kLevels.size());  // mean and quantiles
constexpr double kHeldOut = 0.15;
constexpr std::size_t kLeastToCalibrate = 20;  // held-out values that fix a 5 % quantile
constexpr float kLargestInput = 8.0f;          // standard deviations
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

class Lstm final : public LstmForecaster {
 public:
  explicit Lstm(const LstmConfig& config) : config_(config), rng_(world(), StreamId::kPolicy) {
    AICMP_ASSERT(reach() <= kLeastHistory);
  }

  std::string name() const override { return "LSTM"; }

  void fit(std::span<const double> history, std::span<const int> horizons) override {
    horizons_.assign(horizons.begin(), horizons.end());
    normalise(history);
    const bool first = !net_;
    if (first) {
      const LstmNet::Shape shape{features(), config_.units,
                                 kPerHorizon * static_cast<Index>(horizons.size())};
      net_.emplace(shape, rng_);
    }
    train(history, first ? config_.epochs : std::max(1, config_.epochs / 6));
  }

  Forecast forecast(std::span<const double> history, std::size_t horizon) const override {
    LstmNet::Memory memory;
    const MatrixXf output = net_->forward(batch_of(history, {history.size()}), memory);
    const Index row = kPerHorizon * static_cast<Index>(horizon);
    const double last = history.back();
    Forecast result;
    result.mean = last + scales_[horizon] * output(row, 0);
    for (std::size_t q = 0; q < kLevels.size(); ++q) {
      result.quantiles[q] = last + scales_[horizon] * output(row + 1 + static_cast<Index>(q), 0);
    }
    std::sort(result.quantiles.begin(), result.quantiles.end());
    return result;
  }

  PolicyModel model(const std::string& name, const std::string& unit) const override {
    const Index inputs = features();
    const Index units = config_.units;
    const Index outputs = kPerHorizon * static_cast<Index>(horizons_.size());
    const float* at = net_->parameters().data();
    const Eigen::Map<const MatrixXf> gates(at, 4 * units, inputs + units);
    at += gates.size();
    PolicyModel result;
    result.problem = "AICMP/Forecast/" + name;
    result.clip = kLargestInput;
    for (Index i = 0; i < inputs; ++i) {
      result.features.push_back({kFeatures[i], "", -kLargestInput, kLargestInput, 0.0, 1.0});
    }
    PolicyLayer recurrent{LayerKind::kLstm,
                          static_cast<std::size_t>(inputs),
                          static_cast<std::size_t>(units),
                          {},
                          {},
                          {}};
    for (Index row = 0; row < 4 * units; ++row) {
      for (Index i = 0; i < inputs; ++i) recurrent.weight.push_back(gates(row, i));
      for (Index i = 0; i < units; ++i) recurrent.recurrent.push_back(gates(row, inputs + i));
    }
    recurrent.bias.assign(at, at + 4 * units);
    at += 4 * units;

    // An output of 1 is the top of a number's range: so many normal moves.
    const Eigen::Map<const MatrixXf> weights(at, outputs, units);
    at += weights.size();
    PolicyLayer linear{LayerKind::kLinear,
                       static_cast<std::size_t>(units),
                       static_cast<std::size_t>(outputs),
                       {},
                       {},
                       {}};
    for (Index row = 0; row < outputs; ++row) {
      for (Index i = 0; i < units; ++i) linear.weight.push_back(weights(row, i) / kLargestInput);
      linear.bias.push_back(at[row] / kLargestInput);
    }
    result.layers = {std::move(recurrent), std::move(linear)};
    for (std::size_t h = 0; h < horizons_.size(); ++h) {
      for (const char* output : kOutputs) {
        const double range = kLargestInput * scales_[h];
        result.numbers.push_back(
            {fmt::format("{}_{}", output, horizons_[h]), unit, -range, range, 0.0f});
      }
    }
    return result;
  }

  std::vector<float> observation(std::span<const double> history) const override {
    std::vector<float> result;
    for (const MatrixXf& step : batch_of(history, {history.size()})) {
      result.insert(result.end(), step.data(), step.data() + step.size());
    }
    return result;
  }

 private:
  static constexpr const char* kFeatures[] = {"change", "level", "season"};
  static constexpr const char* kOutputs[] = {"mean", "q05", "q25", "q50", "q75", "q95"};
  static_assert(std::size(kOutputs) == kPerHorizon);

  Index features() const { return config_.period > 0 ? 3 : 2; }
  WorldKey world() const { return {config_.seed, 0, 0}; }
  std::size_t reach() const { return static_cast<std::size_t>(config_.steps + config_.period) + 1; }

  void normalise(std::span<const double> history) {
    Moments levels;
    Moments changes;
    for (std::size_t t = 0; t < history.size(); ++t) {
      levels.add(history[t]);
      if (t > 0) changes.add(history[t] - history[t - 1]);
    }
    centre_ = levels.mean();
    level_sd_ = std::max(levels.standard_deviation(), 1e-12);
    change_sd_ = std::max(changes.standard_deviation(), 1e-12);
    scales_.clear();
    for (const int steps : horizons_) {
      Moments moves;
      const auto step = static_cast<std::size_t>(steps);
      for (std::size_t t = step; t < history.size(); ++t) moves.add(history[t] - history[t - step]);
      scales_.push_back(std::max(moves.standard_deviation(), 1e-12));
    }
  }

  /// What the net sees of the first `ends[i]` values of the history, a column each.
  LstmNet::Batch batch_of(std::span<const double> history,
                          const std::vector<std::size_t>& ends) const {
    const auto steps = static_cast<std::size_t>(config_.steps);
    const auto period = static_cast<std::size_t>(config_.period);
    LstmNet::Batch batch(steps, MatrixXf(features(), static_cast<Index>(ends.size())));
    for (std::size_t i = 0; i < ends.size(); ++i) {
      for (std::size_t s = 0; s < steps; ++s) {
        const std::size_t t = ends[i] - steps + s;
        const auto column = static_cast<Index>(i);
        batch[s](0, column) = static_cast<float>((history[t] - history[t - 1]) / change_sd_);
        batch[s](1, column) = static_cast<float>((history[t] - centre_) / level_sd_);
        if (period > 0) {
          batch[s](2, column) =
              static_cast<float>((history[t + 1 - period] - history[t]) / level_sd_);
        }
      }
    }
    for (MatrixXf& step : batch) step = step.cwiseMax(-kLargestInput).cwiseMin(kLargestInput);
    return batch;
  }

  /// Mean loss of a batch and its derivatives by the outputs.
  float loss_of(std::span<const double> history, const std::vector<std::size_t>& ends,
                const MatrixXf& outputs, MatrixXf& d_outputs) const {
    d_outputs.resizeLike(outputs);
    const float weight = 1.0f / static_cast<float>(outputs.size());
    float loss = 0.0f;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const auto column = static_cast<Index>(i);
      for (std::size_t h = 0; h < horizons_.size(); ++h) {
        const auto came = static_cast<float>(truth(history, ends[i], h));
        const Index row = kPerHorizon * static_cast<Index>(h);
        const float miss = outputs(row, column) - came;
        // Huber's loss of 3: one spike must not rule a batch.
        const float cut = std::clamp(miss, -3.0f, 3.0f);
        loss += weight * cut * (miss - 0.5f * cut);
        d_outputs(row, column) = weight * cut;
        for (std::size_t q = 0; q < kLevels.size(); ++q) {
          const Index at = row + 1 + static_cast<Index>(q);
          const float error = came - outputs(at, column);
          const auto level = static_cast<float>(kLevels[q]);
          loss += weight * std::max(level * error, (level - 1.0f) * error);
          d_outputs(at, column) = weight * (error > 0.0f ? -level : 1.0f - level);
        }
      }
    }
    return loss;
  }

  void train(std::span<const double> history, int epochs) {
    const auto longest =
        static_cast<std::size_t>(*std::max_element(horizons_.begin(), horizons_.end()));
    std::vector<std::size_t> ends(history.size() - longest + 1 - reach());
    std::iota(ends.begin(), ends.end(), reach());
    const auto held = static_cast<std::size_t>(kHeldOut * static_cast<double>(ends.size()));
    const std::vector<std::size_t> check(ends.end() - static_cast<std::ptrdiff_t>(held),
                                         ends.end());
    // What is foretold for the training part must not reach into the held-out part.
    ends.resize(ends.size() - held - std::min(longest, ends.size() - held - 1));

    LstmNet::Memory memory;
    Adam adam(net_->parameters().size(), config_.learning_rate);
    Eigen::VectorXf best = net_->parameters();
    float best_loss = held_out_loss(history, check);
    for (int epoch = 0, stale = 0; epoch < epochs && stale < config_.patience; ++epoch) {
      for (std::size_t i = ends.size(); i > 1; --i) {
        std::swap(ends[i - 1], ends[rng_() % i]);
      }
      for (std::size_t from = 0; from < ends.size(); from += kBatch) {
        const std::size_t to = std::min(from + kBatch, ends.size());
        const std::vector<std::size_t> part(ends.begin() + static_cast<std::ptrdiff_t>(from),
                                            ends.begin() + static_cast<std::ptrdiff_t>(to));
        MatrixXf d_outputs;
        loss_of(history, part, net_->forward(batch_of(history, part), memory), d_outputs);
        adam.step(net_->parameters(), net_->backward(memory, d_outputs));
      }
      const float loss = held_out_loss(history, check);
      ++stale;
      if (loss < best_loss) {
        best_loss = loss;
        best = net_->parameters();
        stale = 0;
      }
    }
    net_->parameters() = best;
    calibrate(history, check);
  }

  /// Moves every quantile by what the held-out part misses it: split conformal prediction (Romano,
  /// Patterson and Candes 2019), one level at a time. What was fitted is sure of itself, most at
  /// long horizons.
  void calibrate(std::span<const double> history, const std::vector<std::size_t>& check) {
    if (check.size() < kLeastToCalibrate) return;
    LstmNet::Memory memory;
    const MatrixXf outputs = net_->forward(batch_of(history, check), memory);
    auto biases = net_->parameters().tail(outputs.rows());
    std::vector<double> errors(check.size());
    for (std::size_t h = 0; h < horizons_.size(); ++h) {
      for (std::size_t q = 0; q < kLevels.size(); ++q) {
        const Index row = kPerHorizon * static_cast<Index>(h) + 1 + static_cast<Index>(q);
        for (std::size_t i = 0; i < check.size(); ++i) {
          errors[i] = truth(history, check[i], h) - outputs(row, static_cast<Index>(i));
        }
        std::sort(errors.begin(), errors.end());
        biases(row) += static_cast<float>(quantile(errors, kLevels[q]));
      }
    }
  }

  /// The change over a horizon from the last of `end` values on, in its scale.
  double truth(std::span<const double> history, std::size_t end, std::size_t horizon) const {
    const std::size_t then = end - 1 + static_cast<std::size_t>(horizons_[horizon]);
    return (history[then] - history[end - 1]) / scales_[horizon];
  }

  float held_out_loss(std::span<const double> history,
                      const std::vector<std::size_t>& check) const {
    if (check.empty()) return std::numeric_limits<float>::infinity();
    LstmNet::Memory memory;
    MatrixXf unused;
    return loss_of(history, check, net_->forward(batch_of(history, check), memory), unused);
  }

  LstmConfig config_;
  Rng rng_;
  std::optional<LstmNet> net_;
  std::vector<int> horizons_;
  double centre_ = 0.0;
  double level_sd_ = 1.0;
  double change_sd_ = 1.0;
  std::vector<double> scales_;  // of the change over each horizon
};

}  // namespace

std::unique_ptr<LstmForecaster> lstm(const LstmConfig& config) {
  return std::make_unique<Lstm>(config);
}

}  // namespace aicmp
