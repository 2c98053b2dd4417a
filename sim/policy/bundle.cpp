#include "sim/policy/bundle.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "sim/base/error.hpp"
#include "sim/base/sha256.hpp"
#include "sim/policy/files.hpp"
#include "sim/policy/json_reader.hpp"
#include "sim/policy/model_card.hpp"
#include "sim/policy/model_file.hpp"
#include "sim/policy/signature.hpp"

namespace aicmp {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr char kPolicy[] = "policy.json";
constexpr char kWeights[] = "weights.safetensors";
constexpr char kParity[] = "parity.json";
constexpr char kCard[] = "README.md";
constexpr char kOnnx[] = "policy.onnx";
constexpr char kManifest[] = "manifest.json";
constexpr char kSignature[] = "manifest.sig";

constexpr std::size_t kMostBytes = std::size_t{96} << 20;
constexpr std::size_t kMostManifestBytes = std::size_t{1} << 20;
constexpr std::size_t kMostRows = 100'000;

[[noreturn]] void refuse(const std::string& path, const std::string& key, const std::string& why,
                         const std::string& allowed = "") {
  throw ConfigError({path, 0}, key, why, allowed);
}

Json parse_json(const std::string& bytes, const std::string& path) {
  Json json = Json::parse(bytes, nullptr, false);
  if (json.is_discarded()) refuse(path, "", "is not JSON");
  return json;
}

std::string lines(const OrderedJson& json) {
  return json.dump(2) + "\n";
}

/// Names of what is in a folder, in order.
std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (auto it = std::filesystem::directory_iterator(folder, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    names.insert(it->path().filename().string());
  }
  if (error) throw IoError(folder, fmt::format("cannot be read: {}", error.message()));
  return names;
}

/// The files of a bundle as its manifest vouches for them.
class SealedFolder {
 public:
  SealedFolder(std::string folder, const std::string& public_key) : folder_(std::move(folder)) {
    const std::set<std::string> names = names_in(folder_);
    if (names.count(kManifest) == 0) refuse(folder_, kManifest, "missing: this is no bundle");
    const std::string manifest = read_file(path(kManifest), kMostManifestBytes);
    has_signature_ = names.count(kSignature) != 0;
    if (!public_key.empty()) check_signature(manifest, public_key);
    read_manifest(manifest);
    for (const std::string& name : names) {
      if (sha256_.count(name) == 0 && name != kManifest && name != kSignature) {
        refuse(path(name), "", "is not in the manifest");
      }
    }
    for (const auto& [name, hash] : sha256_) {
      std::string bytes = read_file(path(name), kMostBytes);
      if (sha256_hex(bytes) != hash) {
        refuse(path(name), "", "its SHA-256 is not that of the manifest: damaged or changed");
      }
      bytes_[name] = std::move(bytes);
    }
  }

  bool has_signature() const { return has_signature_; }
  const std::map<std::string, std::string>& sha256() const { return sha256_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  const std::string& bytes(const char* name) const {
    const auto found = bytes_.find(name);
    if (found == bytes_.end()) refuse(path(kManifest), fmt::format("files.{}", name), "missing");
    return found->second;
  }

 private:
  void check_signature(const std::string& manifest, const std::string& public_key) const {
    if (!has_signature_) refuse(path(kSignature), "", "missing: the bundle is not signed");
    const std::string signature = read_file(path(kSignature), kMostManifestBytes);
    if (!signed_by(manifest, signature, public_key)) {
      refuse(path(kSignature), "", fmt::format("is not a signature by {}", public_key));
    }
  }

  void read_manifest(const std::string& manifest) {
    const Json json = parse_json(manifest, path(kManifest));
    const JsonReader reader(json, path(kManifest));
    reader.only({"format", "version", "files"});
    if (reader.text("format") != "aicmp-bundle") {
      reader.refuse("format", reader.text("format"), "aicmp-bundle");
    }
    if (reader.whole("version") != PolicyBundle::kVersion) {
      reader.refuse("version", fmt::format("{}", reader.whole("version")),
                    fmt::format("{}", PolicyBundle::kVersion));
    }
    const JsonReader files = reader.object("files");
    files.only({kPolicy, kWeights, kParity, kCard, kOnnx});
    for (const char* name : {kPolicy, kWeights, kParity, kCard}) {
      if (!files.has(name)) files.refuse(name, "missing", "");
    }
    for (const auto& [name, hash] : json["files"].items()) sha256_[name] = files.text(name.c_str());
  }

  std::string folder_;
  bool has_signature_ = false;
  std::map<std::string, std::string> sha256_;
  std::map<std::string, std::string> bytes_;
};

OrderedJson policy_json(const PolicyBundle& bundle) {
  const PolicyOrigin& origin = bundle.origin;
  return {{"format", "aicmp-policy"},          {"version", PolicyBundle::kVersion},
          {"model", model_json(bundle.model)}, {"fallback", origin.fallback},
          {"program", origin.program},         {"scenario_sha256", origin.scenario_sha256},
          {"training", origin.training},       {"evaluation", origin.evaluation}};
}

void read_policy(const SealedFolder& folder, PolicyBundle& bundle) {
  const std::string path = folder.path(kPolicy);
  const Json json = parse_json(folder.bytes(kPolicy), path);
  const JsonReader reader(json, path);
  if (reader.text("format") != "aicmp-policy") {
    reader.refuse("format", reader.text("format"), "aicmp-policy");
  }
  if (reader.whole("version") != PolicyBundle::kVersion) {
    reader.refuse("version", fmt::format("{}", reader.whole("version")),
                  fmt::format("{}", PolicyBundle::kVersion));
  }
  reader.only({"format", "version", "model", "fallback", "program", "scenario_sha256", "training",
               "evaluation"});
  bundle.origin.fallback = reader.text("fallback");
  bundle.origin.program = reader.text("program");
  bundle.origin.scenario_sha256 = reader.text("scenario_sha256");
  const OrderedJson ordered = OrderedJson::parse(folder.bytes(kPolicy));
  bundle.origin.training = ordered.value("training", OrderedJson());
  bundle.origin.evaluation = ordered.value("evaluation", OrderedJson());
  if (!reader.has("model")) reader.refuse("model", "missing", "");
  const std::string weights = folder.path(kWeights);
  bundle.model =
      read_model(json["model"], path, parse_safetensors(folder.bytes(kWeights), weights), weights);
}

OrderedJson rows_json(const std::vector<float>& values, std::size_t rows) {
  OrderedJson list = OrderedJson::array();
  const std::size_t width = values.size() / rows;
  for (std::size_t r = 0; r < rows; ++r) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(r * width);
    list.push_back(std::vector<float>(first, first + static_cast<std::ptrdiff_t>(width)));
  }
  return list;
}

std::vector<float> read_rows(const JsonReader& reader, const Json& json, const char* key,
                             std::size_t rows, std::size_t width) {
  const Json list = json.value(key, Json());
  if (!list.is_array() || list.size() != rows) {
    reader.refuse(key, "a wrong number of rows", fmt::format("{} rows", rows));
  }
  std::vector<float> values;
  for (const Json& row : list) {
    const bool good = row.is_array() && row.size() == width &&
                      std::all_of(row.begin(), row.end(), [](const Json& item) {
                        return item.is_number() && std::abs(item.get<double>()) <= 1e30;
                      });
    if (!good) reader.refuse(key, "a row of another kind", fmt::format("{} numbers", width));
    for (const Json& item : row) values.push_back(item.get<float>());
  }
  return values;
}

/// Reads the recorded outputs and compares them with those of inference here.
PolicyParity check_parity(const SealedFolder& folder, const PolicyModel& model) {
  const std::string path = folder.path(kParity);
  const Json json = parse_json(folder.bytes(kParity), path);
  const JsonReader reader(json, path);
  reader.only({"tolerance", "rows", "observations", "outputs"});
  PolicyParity parity;
  parity.rows = reader.whole("rows");
  if (parity.rows == 0 || parity.rows > kMostRows) {
    reader.refuse("rows", fmt::format("{}", parity.rows), fmt::format("1 to {}", kMostRows));
  }
  parity.observation = read_rows(reader, json, "observations", parity.rows, model.features.size());
  parity.outputs = read_rows(reader, json, "outputs", parity.rows, model.outputs());
  const PolicyParity here = record_parity(PolicyInference(model), parity.observation);
  for (std::size_t i = 0; i < here.outputs.size(); ++i) {
    const double recorded = static_cast<double>(parity.outputs[i]);
    const double difference = std::abs(static_cast<double>(here.outputs[i]) - recorded);
    // Written so that a NaN is refused.
    if (!(difference <= PolicyParity::kTolerance * std::max(1.0, std::abs(recorded)))) {
      refuse(path, fmt::format("outputs[{}]", i / model.outputs()),
             fmt::format("inference differs by {:.3g}", difference),
             fmt::format("{:g}", PolicyParity::kTolerance));
    }
  }
  return parity;
}

}  // namespace

PolicyParity record_parity(const PolicyInference& inference, std::vector<float> observation) {
  PolicyParity parity;
  parity.rows = observation.size() / inference.features();
  parity.observation = std::move(observation);
  parity.outputs.resize(parity.rows * inference.outputs());
  std::vector<float> state(inference.state_width());
  PolicyInference::Workspace space;
  for (std::size_t r = 0; r < parity.rows; ++r) {
    inference.run(1, parity.observation.data() + r * inference.features(), state.data(),
                  parity.outputs.data() + r * inference.outputs(), space);
  }
  return parity;
}

void write_bundle_files(const PolicyBundle& bundle, const std::string& folder) {
  const PolicyParity& parity = bundle.parity;
  AICMP_ASSERT(parity.rows > 0);
  write_file(folder + "/" + kPolicy, lines(policy_json(bundle)));
  write_file(folder + "/" + kWeights, safetensors_bytes(model_tensors(bundle.model)));
  const OrderedJson recorded = {{"tolerance", PolicyParity::kTolerance},
                                {"rows", parity.rows},
                                {"observations", rows_json(parity.observation, parity.rows)},
                                {"outputs", rows_json(parity.outputs, parity.rows)}};
  write_file(folder + "/" + kParity, recorded.dump() + "\n");
  write_file(folder + "/" + kCard, model_card(bundle));
}

void seal_bundle(const std::string& folder, const std::string& private_key) {
  OrderedJson manifest = {{"format", "aicmp-bundle"}, {"version", PolicyBundle::kVersion}};
  const std::string inside = folder + "/";
  for (const std::string& name : names_in(folder)) {
    if (name == kManifest || name == kSignature) continue;
    manifest["files"][name] = sha256_of_file(inside + name);
  }
  const std::string text = lines(manifest);
  if (!private_key.empty()) write_file(folder + "/" + kSignature, sign(text, private_key));
  write_file(folder + "/" + kManifest, text);
}

PolicyBundle load_bundle(const std::string& folder, const std::string& public_key) {
  const SealedFolder files(folder, public_key);
  PolicyBundle bundle;
  bundle.sha256 = files.sha256();
  bundle.has_signature = files.has_signature();
  read_policy(files, bundle);
  bundle.parity = check_parity(files, bundle.model);
  return bundle;
}

}  // namespace aicmp
