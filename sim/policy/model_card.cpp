#include "sim/policy/model_card.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "sim/policy/bundle.hpp"

namespace aicmp {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// A YAML double-quoted scalar is a JSON text.
std::string quoted(const std::string& text) {
  return OrderedJson(text).dump();
}

bool is_interval(const OrderedJson& value) {
  return value.is_object() && value.contains("estimate") && value.contains("low") &&
         value.contains("high");
}

std::string front_matter(const PolicyBundle& bundle) {
  std::string text = fmt::format(
      "---\nlibrary_name: aicmp\ntags:\n  - reinforcement-learning\n"
      "  - deep-reinforcement-learning\n  - {0}\nmodel-index:\n  - name: {0}\n    results:\n",
      quoted(bundle.model.problem));
  const OrderedJson& evaluation = bundle.origin.evaluation;
  if (evaluation.is_object() && is_interval(evaluation.value("policy", OrderedJson()))) {
    text += fmt::format(
        "      - task:\n          type: reinforcement-learning\n        dataset:\n"
        "          name: {0}\n          type: {0}\n        metrics:\n"
        "          - type: mean_reward\n            value: {1}\n",
        quoted(bundle.model.problem), evaluation["policy"]["estimate"].dump());
  } else {
    text.resize(text.size() - 1);
    text += " []\n";
  }
  return text + "---\n";
}

/// Escaped, since nobody has checked it, but without the quotes of a text.
std::string plain(const OrderedJson& value) {
  if (is_interval(value)) {
    return fmt::format("{} [{}, {}]", plain(value["estimate"]), plain(value["low"]),
                       plain(value["high"]));
  }
  if (value.is_number_float()) return fmt::format("{:.5g}", value.get<double>());
  const std::string text = value.dump();
  return value.is_string() ? text.substr(1, text.size() - 2) : text;
}

/// `key: value` for each member of an object, as a list.
std::string bullets(const OrderedJson& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    text += fmt::format("- {}: {}\n", plain(key), plain(value));
  }
  return text;
}

/// Contenders as a table, all else as a list.
std::string evaluation(OrderedJson object) {
  if (!object.is_object() || object.empty()) {
    return "Nobody has evaluated it: do not assume that it beats a heuristic.\n";
  }
  const OrderedJson contenders = object.value("contenders", OrderedJson::array());
  object.erase("contenders");
  std::string text = bullets(object);
  if (contenders.empty()) return text;
  text += "\n| rival | parameters | score [95 %] | policy ahead by [95 %] |\n|---|---|---|---|\n";
  for (const OrderedJson& rival : contenders) {
    if (!rival.is_object()) continue;
    std::vector<std::string> parameters;
    for (const OrderedJson& parameter : rival.value("parameters", OrderedJson::array())) {
      parameters.push_back(plain(parameter));
    }
    text += fmt::format("| {}{} | {} | {} | {} |\n", plain(rival.value("name", OrderedJson())),
                        rival.value("bound", false) ? " (bound)" : "", fmt::join(parameters, ", "),
                        plain(rival.value("score", OrderedJson())),
                        plain(rival.value("policy_ahead", OrderedJson())));
  }
  return text;
}

std::string features(const PolicyModel& model) {
  std::string text = "| feature | unit | range | mean | deviation |\n|---|---|---|---|---|\n";
  for (const PolicyFeature& feature : model.features) {
    text +=
        fmt::format("| {} | {} | [{:g}, {:g}] | {:.4g} | {:.4g} |\n", feature.name, feature.unit,
                    feature.low, feature.high, feature.mean, std::sqrt(feature.variance));
  }
  return text;
}

std::string action(const PolicyModel& model) {
  std::string text;
  for (const PolicyChoices& set : model.sets) {
    text += fmt::format("- {}: one of {}\n", set.name, fmt::join(set.choices, ", "));
  }
  for (const PolicyNumber& number : model.numbers) {
    text += fmt::format("- {}: a number in [{:g}, {:g}] {}\n", number.name, number.low, number.high,
                        number.unit);
  }
  return text;
}

std::string layers(const PolicyModel& model) {
  std::string text = fmt::format("{} features", model.features.size());
  for (const PolicyLayer& layer : model.layers) {
    text += fmt::format(" → {} {}", layer.units, name_of(layer.kind));
  }
  return text;
}

}  // namespace

std::string model_card(const PolicyBundle& bundle) {
  const PolicyOrigin& origin = bundle.origin;
  return fmt::format(
      "{}\n# A policy for {}\n\nWritten by {}. `aicmp policy verify` checks this folder.\n\n"
      "## What it sees\n\n{}\nA feature outside its range is clamped and counted. Normalised "
      "features are bounded to ±{:g}.\n\n## What it does\n\n{}\nWhere it may not decide (a feature "
      "that is not finite, a bundle that is refused), the heuristic `{}` does.\n\n"
      "## Net\n\n{}. Parity: {} recorded rows within {:g}.\n\n## Training\n\n{}"
      "- training scenario (SHA-256): {}\n\n## Evaluation\n\n{}\n"
      "## Limits\n\nTrained and evaluated in a simulator, on the worlds of its training scenario. "
      "It knows nothing of a pool that differs from them. Not financial advice.\n",
      front_matter(bundle), bundle.model.problem, origin.program, features(bundle.model),
      bundle.model.clip, action(bundle.model), origin.fallback, layers(bundle.model),
      bundle.parity.rows, PolicyParity::kTolerance, bullets(origin.training),
      origin.scenario_sha256, evaluation(origin.evaluation));
}

}  // namespace aicmp
