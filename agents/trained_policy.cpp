#include "agents/trained_policy.hpp"

#include <nlohmann/json.hpp>

#include "sim/policy/model_file.hpp"

namespace aicmp {

std::string checkpoint_path(const std::string& run_folder) {
  return run_folder + "/checkpoint.aicmp";
}

void put_policy(Archive& archive, const PolicyModel& model) {
  archive.put("policy.json", model_json(model).dump());
  archive.put("policy.safetensors", safetensors_bytes(model_tensors(model)));
}

PolicyModel trained_policy(const std::string& run_folder) {
  const std::string path = checkpoint_path(run_folder);
  const Archive archive(path);
  return read_model(nlohmann::json::parse(archive.get("policy.json")), path,
                    parse_safetensors(archive.get("policy.safetensors"), path), path);
}

}  // namespace aicmp
