#include "sim/policy/c_api/aicmp_policy.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/policy/bundle.hpp"
#include "sim/policy/model_file.hpp"

struct aicmp_policy {
  explicit aicmp_policy(const aicmp::PolicyBundle& bundle)
      : inference(bundle.model),
        shape{inference.features(), inference.outputs(), bundle.model.sets.size(),
              bundle.model.numbers.size(), inference.state_width()} {
    nlohmann::ordered_json json = aicmp::model_json(bundle.model);
    json["fallback"] = bundle.origin.fallback;
    description = json.dump();
  }

  aicmp::PolicyInference inference;
  aicmp_policy_shape shape;
  std::string description;
};

namespace {

/// Memory that a thread keeps between its calls.
struct Scratch {
  aicmp::PolicyInference::Workspace space;
  std::vector<float> outputs;
};

void tell(const char* why, char* message, std::size_t size) {
  if (message == nullptr || size == 0) return;
  const std::size_t length = std::min(std::strlen(why), size - 1);
  std::memcpy(message, why, length);
  message[length] = '\0';
}

aicmp_status infer(const aicmp_policy& policy, std::size_t rows, const float* observation,
                   const std::int8_t* mask, float* state, std::int64_t* choices, float* numbers,
                   std::int64_t* clamped) {
  const aicmp_policy_shape& shape = policy.shape;
  const bool missing = observation == nullptr || (shape.state > 0 && state == nullptr) ||
                       (shape.sets > 0 && choices == nullptr) ||
                       (shape.numbers > 0 && numbers == nullptr);
  if (missing) return AICMP_ARGUMENT;
  if (!policy.inference.finite(rows, observation)) return AICMP_NOT_FINITE;
  if (shape.sets == 0) mask = nullptr;
  if (mask != nullptr && !policy.inference.possible(rows, mask)) return AICMP_NO_CHOICE;
  thread_local Scratch scratch;
  if (scratch.outputs.size() < rows * shape.outputs) scratch.outputs.resize(rows * shape.outputs);
  const std::int64_t outside =
      policy.inference.run(rows, observation, state, scratch.outputs.data(), scratch.space);
  policy.inference.decide(rows, scratch.outputs.data(), mask, {choices, numbers});
  if (clamped != nullptr) *clamped = outside;
  return AICMP_OK;
}

}  // namespace

int aicmp_policy_abi(void) {
  return AICMP_POLICY_ABI;
}

aicmp_status aicmp_policy_load(const char* folder, const char* public_key, aicmp_policy** policy,
                               char* message, size_t message_size) {
  if (policy == nullptr) return AICMP_ARGUMENT;
  *policy = nullptr;
  if (folder == nullptr) return AICMP_ARGUMENT;
  try {
    const aicmp::PolicyBundle bundle =
        aicmp::load_bundle(folder, public_key == nullptr ? "" : public_key);
    *policy = new aicmp_policy(bundle);
    tell("", message, message_size);
    return AICMP_OK;
  } catch (const aicmp::IoError& error) {
    tell(error.what(), message, message_size);
    return AICMP_UNREADABLE;
  } catch (const std::bad_alloc&) {
    tell("not enough memory", message, message_size);
    return AICMP_MEMORY;
  } catch (const std::exception& error) {
    tell(error.what(), message, message_size);
    return AICMP_REFUSED;
  }
}

void aicmp_policy_free(aicmp_policy* policy) {
  delete policy;
}

const char* aicmp_policy_describe(const aicmp_policy* policy) {
  return policy == nullptr ? "" : policy->description.c_str();
}

aicmp_policy_shape aicmp_policy_get_shape(const aicmp_policy* policy) {
  return policy == nullptr ? aicmp_policy_shape{} : policy->shape;
}

aicmp_status aicmp_policy_infer(const aicmp_policy* policy, size_t rows, const float* observation,
                                const int8_t* mask, float* state, int64_t* choices, float* numbers,
                                int64_t* clamped) {
  if (policy == nullptr) return AICMP_ARGUMENT;
  try {
    return infer(*policy, rows, observation, mask, state, choices, numbers, clamped);
  } catch (const std::exception&) {
    return AICMP_MEMORY;
  }
}

const char* aicmp_status_text(aicmp_status status) {
  switch (status) {
    case AICMP_OK:
      return "ok";
    case AICMP_REFUSED:
      return "the bundle is refused";
    case AICMP_UNREADABLE:
      return "a file cannot be read";
    case AICMP_ARGUMENT:
      return "a pointer is missing";
    case AICMP_NOT_FINITE:
      return "a feature is not finite";
    case AICMP_NO_CHOICE:
      return "the mask allows no choice";
    case AICMP_MEMORY:
      return "not enough memory";
  }
  return "unknown status";
}
