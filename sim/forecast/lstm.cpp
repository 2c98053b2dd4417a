#include "sim/forecast/lstm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/samples.hpp"
#include "sim/forecast/lstm_net.hpp"
#include "sim/forecast/quantile_training.hpp"

namespace aicmp {
namespace {

using Eigen::Index;
using Eigen::MatrixXf;

constexpr double kHeldOut = 0.15;
constexpr std::size_t kHorizonsToCalibrate = 40;  // whose errors are kept, and no older ones
constexpr std::size_t kLeastToCalibrate = 20;     // errors that fix a 5 % quantile
constexpr float kLargestInput = 8.0f;             // standard deviations

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
      net_.emplace(LstmNet::Shape{features(), config_.units, outputs()}, rng_);
      errors_.assign(static_cast<std::size_t>(outputs()), {});
    }
    train(history, first ? config_.epochs : std::max(1, config_.epochs / 6));
    add_errors(history, held_out(known_ends(history.size())));
    calibrate();
  }

  Forecast forecast(std::span<const double> history, std::size_t horizon) const override {
    LstmNet::Memory memory;
    const MatrixXf output = net_->forward(batch_of(history, {history.size()}), memory);
    const Index row = kPerHorizon * static_cast<Index>(horizon);
    const double last = history.back();
    Forecast result;
    result.mean = last + scales_[horizon] * output(row, 0);
    for (std::size_t q = 0; q < kLevels.size(); ++q) {
      const Index at = row + 1 + static_cast<Index>(q);
      result.quantiles[q] = last + scales_[horizon] * (output(at, 0) + shift_(at));
    }
    std::sort(result.quantiles.begin(), result.quantiles.end());
    return result;
  }

  PolicyModel model(const std::string& name, const std::string& unit) const override {
    const Index inputs = features();
    const Index units = config_.units;
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
    const Eigen::Map<const MatrixXf> weights(at, outputs(), units);
    at += weights.size();
    PolicyLayer linear{LayerKind::kLinear,
                       static_cast<std::size_t>(units),
                       static_cast<std::size_t>(outputs()),
                       {},
                       {},
                       {}};
    for (Index row = 0; row < outputs(); ++row) {
      for (Index i = 0; i < units; ++i) linear.weight.push_back(weights(row, i) / kLargestInput);
      linear.bias.push_back((at[row] + shift_(row)) / kLargestInput);
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
  Index outputs() const { return kPerHorizon * static_cast<Index>(horizons_.size()); }
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

  std::size_t longest() const {
    return static_cast<std::size_t>(*std::max_element(horizons_.begin(), horizons_.end()));
  }

  /// The presents of a history of `size` values from which everything foretold has come.
  std::vector<std::size_t> known_ends(std::size_t size) const {
    std::vector<std::size_t> ends(size - longest() + 1 - reach());
    std::iota(ends.begin(), ends.end(), reach());
    return ends;
  }
  /// The last 15 % of them, which say when to stop.
  static std::vector<std::size_t> held_out(const std::vector<std::size_t>& ends) {
    return {ends.end() - static_cast<std::ptrdiff_t>(kHeldOut * static_cast<double>(ends.size())),
            ends.end()};
  }

  void train(std::span<const double> history, int epochs) {
    std::vector<std::size_t> ends = known_ends(history.size());
    const std::vector<std::size_t> check = held_out(ends);
    ends.resize(ends.size() - check.size());
    // What is foretold for the training part must not reach into the held-out part.
    ends.resize(ends.size() - std::min(longest(), ends.size() - 1));

    const QuantileSamples samples{
        [&](const std::vector<std::size_t>& some) { return batch_of(history, some); },
        [&](const std::vector<std::size_t>& some) { return truths(history, some); }};
    train_quantiles(*net_, samples, std::move(ends), check,
                    {epochs, config_.patience, config_.learning_rate}, rng_);
  }

  /// What values that the net was not trained on differ from its outputs; old errors go.
  void add_errors(std::span<const double> history, const std::vector<std::size_t>& ends) {
    if (ends.empty()) return;
    LstmNet::Memory memory;
    const MatrixXf output = net_->forward(batch_of(history, ends), memory);
    const MatrixXf came = truths(history, ends);
    for (Index row = 0; row < outputs(); ++row) {
      const auto horizon = static_cast<std::size_t>(row / kPerHorizon);
      std::vector<double>& errors = errors_[static_cast<std::size_t>(row)];
      for (Index i = 0; i < output.cols(); ++i) {
        errors.push_back(came(row / kPerHorizon, i) - output(row, i));
      }
      const std::size_t enough =
          kHorizonsToCalibrate * static_cast<std::size_t>(horizons_[horizon]);
      const std::size_t kept = std::max(ends.size(), enough);
      if (errors.size() > kept) {
        errors.erase(errors.begin(), errors.end() - static_cast<std::ptrdiff_t>(kept));
      }
    }
  }

  /// Moves every quantile by these errors: split conformal prediction (Romano, Patterson and Candes
  /// 2019), one level at a time. What was fitted is sure of itself, most at long horizons. Errors
  /// of horizons that overlap are alike, so that they count as as many as follow one another, and
  /// few put the outer quantiles farther out.
  void calibrate() {
    shift_ = Eigen::VectorXf::Zero(outputs());
    for (Index row = 0; row < outputs(); ++row) {
      const Index q = row % kPerHorizon - 1;
      std::vector<double> errors = errors_[static_cast<std::size_t>(row)];
      if (q < 0 || errors.size() < kLeastToCalibrate) continue;
      std::sort(errors.begin(), errors.end());
      const double independent = static_cast<double>(errors.size()) /
                                 horizons_[static_cast<std::size_t>(row / kPerHorizon)];
      const double outer =
          0.5 + (kLevels[static_cast<std::size_t>(q)] - 0.5) * (1.0 + 1.0 / independent);
      shift_(row) = static_cast<float>(quantile(errors, std::clamp(outer, 0.0, 1.0)));
    }
  }

  /// The changes over each horizon from the last of `ends[i]` values on, in its scale.
  MatrixXf truths(std::span<const double> history, const std::vector<std::size_t>& ends) const {
    MatrixXf result(static_cast<Index>(horizons_.size()), static_cast<Index>(ends.size()));
    for (std::size_t i = 0; i < ends.size(); ++i) {
      for (std::size_t h = 0; h < horizons_.size(); ++h) {
        const std::size_t then = ends[i] - 1 + static_cast<std::size_t>(horizons_[h]);
        result(static_cast<Index>(h), static_cast<Index>(i)) =
            static_cast<float>((history[then] - history[ends[i] - 1]) / scales_[h]);
      }
    }
    return result;
  }

  LstmConfig config_;
  Rng rng_;
  std::optional<LstmNet> net_;
  std::vector<int> horizons_;
  double centre_ = 0.0;
  double level_sd_ = 1.0;
  double change_sd_ = 1.0;
  std::vector<double> scales_;               // of the change over each horizon
  std::vector<std::vector<double>> errors_;  // by output, of values that the net had not seen
  Eigen::VectorXf shift_;                    // of each output, by these errors
};

}  // namespace

std::unique_ptr<LstmForecaster> lstm(const LstmConfig& config) {
  return std::make_unique<Lstm>(config);
}

}  // namespace aicmp
