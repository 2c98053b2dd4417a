#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aicmp {

/// One number that a policy sees, scaled as the decision problem scales it. What lies outside
/// [low, high] is clamped. The first layer gets (x - mean) / sqrt(variance + 1e-8).
struct PolicyFeature {
  std::string name;
  std::string unit;
  double low = 0.0;
  double high = 0.0;
  double mean = 0.0;
  double variance = 1.0;
};

/// What the units of a layer do with their weighted inputs.
enum class LayerKind { kTanh, kRelu, kLinear, kLstm };

/// A layer and its weights, all row-major as torch has them. An LSTM's gates come in torch's order:
/// input, forget, cell, output; its bias is the sum of torch's two.
struct PolicyLayer {
  LayerKind kind = LayerKind::kTanh;
  std::size_t inputs = 0;
  std::size_t units = 0;
  std::vector<float> weight;     // [units][inputs]; LSTM: [4 units][inputs]
  std::vector<float> recurrent;  // LSTM only: [4 units][units]
  std::vector<float> bias;       // [units]; LSTM: [4 units]

  /// Rows of the weights.
  std::size_t rows() const { return kind == LayerKind::kLstm ? 4 * units : units; }
};

/// One of several choices that are made at once.
struct PolicyChoices {
  std::string name;
  std::vector<std::string> choices;
};

/// A number that a policy sets: its output in [-1, 1] stands for [low, high], what lies outside is
/// clipped. log_std is that of the policy's normal distribution, in the unit of the output.
struct PolicyNumber {
  std::string name;
  std::string unit;
  double low = 0.0;
  double high = 0.0;
  float log_std = 0.0f;
};

/// A trained policy, complete: what it sees, its layers, what its outputs mean. The last layer is
/// linear and has one output for each choice of each set, in order, or one for each number.
struct PolicyModel {
  static constexpr std::size_t kMostLayers = 32;
  static constexpr std::size_t kMostUnits = 4096;  // also of features and choices
  static constexpr std::size_t kMostWeights = std::size_t{1} << 24;

  std::string problem;  // EnvSpec::id: "AICMP/ShareDifficulty-v0"
  std::vector<PolicyFeature> features;
  double clip = 10.0;  // bounds the normalised features on both sides
  std::vector<PolicyLayer> layers;
  std::vector<PolicyChoices> sets;    // empty if the action is numbers
  std::vector<PolicyNumber> numbers;  // empty if the action is choices
  bool masked = false;                // the problem says which choices are possible

  /// Choices of all sets, or numbers.
  std::size_t outputs() const;
};

/// Throws ConfigError, with the key at fault, unless the model can be run: sizes agree and are
/// within bounds, every number is finite, every range is not empty.
void check(const PolicyModel& model);

/// As written in policy.json: tanh, relu, linear, lstm.
std::string_view name_of(LayerKind kind);

}  // namespace aicmp
