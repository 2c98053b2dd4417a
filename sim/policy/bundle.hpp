#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/policy/inference.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

/// Observations of real episodes and the outputs that a policy must give for them, within
/// kParityTolerance * max(1, |output|). The rows of a recurrent policy are consecutive steps.
struct PolicyParity {
  static constexpr double kTolerance = 1e-5;

  std::size_t rows = 0;
  std::vector<float> observation;  // [rows][features]
  std::vector<float> outputs;      // [rows][outputs]
};

/// Where a policy comes from and how good it is; kept as it is, for people and their programs.
struct PolicyOrigin {
  std::string program;              // name, version and commit of what wrote the bundle
  std::string scenario_sha256;      // of the training scenario
  std::string fallback;             // the heuristic of the problem that takes over where this fails
  nlohmann::ordered_json training;  // algorithm, steps, seed ...
  nlohmann::ordered_json evaluation;  // against baselines; null if nobody evaluated it
};

/// A policy in a folder that a production pool can load, check and run. docs/policy_bundle.md.
struct PolicyBundle {
  static constexpr std::uint64_t kVersion = 1;

  PolicyModel model;
  PolicyOrigin origin;
  PolicyParity parity;
  bool has_signature = false;
  std::map<std::string, std::string> sha256;  // of each file
};

/// Runs the model over `observation` [rows][features], in order.
PolicyParity record_parity(const PolicyInference& inference, std::vector<float> observation);

/// Writes policy.json, weights.safetensors, parity.json and README.md into a folder that exists.
void write_bundle_files(const PolicyBundle& bundle, const std::string& folder);

/// Writes manifest.json over all files of the folder; with a key also manifest.sig. The last step
/// of an export: what is added afterwards makes the bundle invalid.
void seal_bundle(const std::string& folder, const std::string& private_key = "");

/// Reads and verifies everything: the manifest lists every file and has its SHA-256, the versions
/// are ours, weights and description fit each other, the recorded outputs are what inference gives
/// here, and, if `public_key` names one, the manifest is signed by it. Throws ConfigError with the
/// file and the reason otherwise, IoError if a file cannot be read.
PolicyBundle load_bundle(const std::string& folder, const std::string& public_key = "");

}  // namespace aicmp
