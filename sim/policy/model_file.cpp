#include "sim/policy/model_file.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/policy/json_reader.hpp"

namespace aicmp {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// Hands out tensors by name and shape; what nobody takes is an error.
class TensorSet {
 public:
  TensorSet(const std::vector<Tensor>& tensors, const std::string& path) : path_(path) {
    for (const Tensor& tensor : tensors) left_[tensor.name] = &tensor;
  }

  std::vector<float> take(const std::string& name, const std::vector<std::size_t>& shape) {
    const auto found = left_.find(name);
    if (found == left_.end()) refuse(name, "missing", "");
    if (found->second->shape != shape) {
      refuse(name, fmt::format("shape {}", found->second->shape), fmt::format("{}", shape));
    }
    std::vector<float> values = found->second->values;
    left_.erase(found);
    return values;
  }

  void finish() const {
    if (!left_.empty()) refuse(left_.begin()->first, "belongs to no layer", "");
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const std::string& why,
                           const std::string& allowed) const {
    throw ConfigError({path_, 0}, name, why, allowed);
  }

  std::string path_;
  std::map<std::string, const Tensor*> left_;
};

PolicyFeature read_feature(const JsonReader& json) {
  json.only({"name", "unit", "low", "high", "mean", "variance"});
  return {json.text("name"),   json.text("unit"),   json.number("low"),
          json.number("high"), json.number("mean"), json.number("variance")};
}

LayerKind read_kind(const JsonReader& json) {
  const std::string name = json.text("kind");
  for (const LayerKind kind :
       {LayerKind::kTanh, LayerKind::kRelu, LayerKind::kLinear, LayerKind::kLstm}) {
    if (name == name_of(kind)) return kind;
  }
  json.refuse("kind", name, "tanh, relu, linear, lstm");
}

void read_layers(const JsonReader& json, TensorSet& tensors, PolicyModel& model) {
  std::size_t inputs = model.features.size();
  for (const JsonReader& item : json.objects("layers")) {
    item.only({"kind", "units"});
    PolicyLayer layer{read_kind(item), inputs, item.whole("units"), {}, {}, {}};
    if (layer.units == 0 || layer.units > PolicyModel::kMostUnits) {
      item.refuse("units", fmt::format("{}", layer.units),
                  fmt::format("1 to {}", PolicyModel::kMostUnits));
    }
    const std::string name = fmt::format("layers.{}.", model.layers.size());
    layer.weight = tensors.take(name + "weight", {layer.rows(), inputs});
    if (layer.kind == LayerKind::kLstm) {
      layer.recurrent = tensors.take(name + "recurrent", {layer.rows(), layer.units});
    }
    layer.bias = tensors.take(name + "bias", {layer.rows()});
    inputs = layer.units;
    model.layers.push_back(std::move(layer));
  }
}

void read_action(const JsonReader& json, TensorSet& tensors, PolicyModel& model) {
  json.only({"sets", "numbers", "masked"});
  model.masked = json.has("masked") && json.truth("masked");
  if (json.has("sets")) {
    for (const JsonReader& item : json.objects("sets")) {
      item.only({"name", "choices"});
      model.sets.push_back({item.text("name"), item.texts("choices")});
    }
  }
  if (!json.has("numbers")) return;
  for (const JsonReader& item : json.objects("numbers")) {
    item.only({"name", "unit", "low", "high"});
    model.numbers.push_back(
        {item.text("name"), item.text("unit"), item.number("low"), item.number("high")});
  }
  const std::vector<float> log_std = tensors.take("log_std", {model.numbers.size()});
  for (std::size_t i = 0; i < log_std.size(); ++i) model.numbers[i].log_std = log_std[i];
}

}  // namespace

OrderedJson model_json(const PolicyModel& model) {
  OrderedJson json;
  json["problem"] = model.problem;
  json["features"] = OrderedJson::array();
  for (const PolicyFeature& feature : model.features) {
    json["features"].push_back({{"name", feature.name},
                                {"unit", feature.unit},
                                {"low", feature.low},
                                {"high", feature.high},
                                {"mean", feature.mean},
                                {"variance", feature.variance}});
  }
  json["clip"] = model.clip;
  json["layers"] = OrderedJson::array();
  for (const PolicyLayer& layer : model.layers) {
    json["layers"].push_back({{"kind", name_of(layer.kind)}, {"units", layer.units}});
  }
  OrderedJson& action = json["action"];
  for (const PolicyChoices& set : model.sets) {
    action["sets"].push_back({{"name", set.name}, {"choices", set.choices}});
  }
  for (const PolicyNumber& number : model.numbers) {
    action["numbers"].push_back(
        {{"name", number.name}, {"unit", number.unit}, {"low", number.low}, {"high", number.high}});
  }
  action["masked"] = model.masked;
  return json;
}

std::vector<Tensor> model_tensors(const PolicyModel& model) {
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const PolicyLayer& layer = model.layers[i];
    const std::string name = fmt::format("layers.{}.", i);
    tensors.push_back({name + "weight", {layer.rows(), layer.inputs}, layer.weight});
    if (layer.kind == LayerKind::kLstm) {
      tensors.push_back({name + "recurrent", {layer.rows(), layer.units}, layer.recurrent});
    }
    tensors.push_back({name + "bias", {layer.rows()}, layer.bias});
  }
  if (!model.numbers.empty()) {
    Tensor log_std{"log_std", {model.numbers.size()}, {}};
    for (const PolicyNumber& number : model.numbers) log_std.values.push_back(number.log_std);
    tensors.push_back(std::move(log_std));
  }
  return tensors;
}

PolicyModel read_model(const nlohmann::json& json, const std::string& path,
                       const std::vector<Tensor>& tensors, const std::string& weights_path) {
  const JsonReader reader(json, path, "model");
  reader.only({"problem", "features", "clip", "layers", "action"});
  PolicyModel model;
  model.problem = reader.text("problem");
  for (const JsonReader& item : reader.objects("features")) {
    model.features.push_back(read_feature(item));
  }
  model.clip = reader.number("clip");
  TensorSet set(tensors, weights_path);
  read_action(reader.object("action"), set, model);
  read_layers(reader, set, model);
  set.finish();
  try {
    check(model);
  } catch (const ConfigError& error) {
    throw error.located([&](const std::string&) { return SourceRef{path, 0}; });
  }
  return model;
}

}  // namespace aicmp
