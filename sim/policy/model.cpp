#include "sim/policy/model.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

void require(bool holds, const std::string& key, const std::string& why,
             const std::string& allowed) {
  if (!holds) throw ConfigError({}, key, why, allowed);
}

void check_range(const std::string& key, double low, double high) {
  require(std::isfinite(low), key + ".low", fmt::format("{:g}", low), "a finite number");
  require(std::isfinite(high) && high > low, key + ".high", fmt::format("{:g}", high),
          fmt::format("a finite number above {:g}", low));
  // Float arithmetic on the range must not overflow.
  const double widest = std::max(std::abs(low), std::abs(high));
  require(widest <= 1e30, key, fmt::format("[{:g}, {:g}]", low, high), "within [-1e30, 1e30]");
}

void check_names(const std::string& key, const std::vector<std::string>& names) {
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  require(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(), key,
          "a name comes twice", "different names");
  require(std::none_of(names.begin(), names.end(), [](const auto& n) { return n.empty(); }), key,
          "an empty name", "names");
}

void check_features(const PolicyModel& model) {
  require(!model.features.empty() && model.features.size() <= PolicyModel::kMostUnits, "features",
          fmt::format("{} features", model.features.size()),
          fmt::format("1 to {}", PolicyModel::kMostUnits));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.features.size(); ++i) {
    const PolicyFeature& feature = model.features[i];
    const std::string key = fmt::format("features[{}]", i);
    check_range(key, feature.low, feature.high);
    require(std::isfinite(feature.mean) && std::abs(feature.mean) <= 1e30, key + ".mean",
            fmt::format("{:g}", feature.mean), "within [-1e30, 1e30]");
    require(feature.variance >= 0.0 && feature.variance <= 1e30, key + ".variance",
            fmt::format("{:g}", feature.variance), "[0, 1e30]");
    names.push_back(feature.name);
  }
  check_names("features", names);
  require(model.clip > 0.0 && model.clip <= 1e30, "clip", fmt::format("{:g}", model.clip),
          "(0, 1e30]");
}

void check_weights(const std::string& key, const std::vector<float>& weights,
                   std::size_t expected) {
  require(weights.size() == expected, key, fmt::format("{} numbers", weights.size()),
          fmt::format("{}", expected));
  const bool finite = std::all_of(weights.begin(), weights.end(),
                                  [](float weight) { return std::isfinite(weight); });
  require(finite, key, "a number is not finite", "finite numbers");
}

void check_layers(const PolicyModel& model) {
  require(!model.layers.empty() && model.layers.size() <= PolicyModel::kMostLayers, "layers",
          fmt::format("{} layers", model.layers.size()),
          fmt::format("1 to {}", PolicyModel::kMostLayers));
  std::size_t inputs = model.features.size();
  std::size_t total = 0;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const PolicyLayer& layer = model.layers[i];
    const std::string key = fmt::format("layers[{}]", i);
    require(layer.units > 0 && layer.units <= PolicyModel::kMostUnits, key + ".units",
            fmt::format("{}", layer.units), fmt::format("1 to {}", PolicyModel::kMostUnits));
    require(layer.inputs == inputs, key, fmt::format("{} inputs", layer.inputs),
            fmt::format("{}", inputs));
    check_weights(key + ".weight", layer.weight, layer.rows() * inputs);
    check_weights(key + ".recurrent", layer.recurrent,
                  layer.kind == LayerKind::kLstm ? layer.rows() * layer.units : 0);
    check_weights(key + ".bias", layer.bias, layer.rows());
    total += layer.weight.size() + layer.recurrent.size() + layer.bias.size();
    require(total <= PolicyModel::kMostWeights, "layers", fmt::format("{} weights or more", total),
            fmt::format("at most {}", PolicyModel::kMostWeights));
    inputs = layer.units;
  }
  require(model.layers.back().kind == LayerKind::kLinear, "layers", "the last is not linear",
          "a linear layer at the end");
  require(inputs == model.outputs(), "layers", fmt::format("{} outputs", inputs),
          fmt::format("{}, as the action has", model.outputs()));
}

void check_action(const PolicyModel& model) {
  require(model.sets.empty() != model.numbers.empty(), "action", "choices and numbers, or neither",
          "either choices or numbers");
  require(model.outputs() <= PolicyModel::kMostUnits, "action",
          fmt::format("{} outputs", model.outputs()),
          fmt::format("at most {}", PolicyModel::kMostUnits));
  require(!model.masked || model.numbers.empty(), "action.masked", "true for numbers", "false");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < model.sets.size(); ++i) {
    const std::string key = fmt::format("action.sets[{}]", i);
    require(!model.sets[i].choices.empty(), key, "no choices", "at least one");
    check_names(key, model.sets[i].choices);
    names.push_back(model.sets[i].name);
  }
  for (std::size_t i = 0; i < model.numbers.size(); ++i) {
    const PolicyNumber& number = model.numbers[i];
    const std::string key = fmt::format("action.numbers[{}]", i);
    check_range(key, number.low, number.high);
    require(std::abs(number.log_std) <= 20.0f, key + ".log_std",
            fmt::format("{:g}", number.log_std), "[-20, 20]");
    names.push_back(number.name);
  }
  check_names("action", names);
}

}  // namespace

std::size_t PolicyModel::outputs() const {
  std::size_t count = numbers.size();
  for (const PolicyChoices& set : sets) count += set.choices.size();
  return count;
}

void check(const PolicyModel& model) {
  require(!model.problem.empty(), "problem", "an empty name", "the id of a decision problem");
  check_features(model);
  check_action(model);
  check_layers(model);
}

std::string_view name_of(LayerKind kind) {
  switch (kind) {
    case LayerKind::kTanh:
      return "tanh";
    case LayerKind::kRelu:
      return "relu";
    case LayerKind::kLinear:
      return "linear";
    case LayerKind::kLstm:
      return "lstm";
  }
  return "";
}

}  // namespace aicmp
