#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/policy/model.hpp"
#include "sim/policy/safetensors.hpp"

namespace aicmp {

/// A model without its weights, as it stands in policy.json under "model": problem, features, clip,
/// layers, action. docs/policy_bundle.md describes every key.
nlohmann::ordered_json model_json(const PolicyModel& model);

/// The weights of a model: layers.<i>.weight, .recurrent, .bias and, of numbers, log_std.
std::vector<Tensor> model_tensors(const PolicyModel& model);

/// Both together again. `path` (of the JSON) and `weights_path` are for messages. Throws
/// ConfigError for anything missing, unknown, of a wrong type or size, or refused by check().
PolicyModel read_model(const nlohmann::json& json, const std::string& path,
                       const std::vector<Tensor>& tensors, const std::string& weights_path);

}  // namespace aicmp
