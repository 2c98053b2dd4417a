#include <atomic>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "sample_bundle.hpp"
#include "sim/policy/c_api/aicmp_policy.h"
#include "tests/experiment/temporary_folder.hpp"

namespace aicmp {
namespace {

/// A sealed bundle and the policy that the C functions make of it.
class Loaded {
 public:
  explicit Loaded(const PolicyBundle& bundle) {
    std::filesystem::create_directories(folder.path("b"));
    write_bundle_files(bundle, folder.path("b"));
    seal_bundle(folder.path("b"));
    REQUIRE(aicmp_policy_load(folder.path("b").c_str(), nullptr, &policy, why, sizeof why) ==
            AICMP_OK);
  }
  ~Loaded() { aicmp_policy_free(policy); }

  TemporaryFolder folder;
  aicmp_policy* policy = nullptr;
  char why[256] = {};
};

PolicyBundle numbers_bundle() {
  PolicyBundle bundle = sample_bundle();
  bundle.model = random_model(3, {{LayerKind::kTanh, 5}}, {}, {{"fee", "", 0.0, 0.05, 0.0f}});
  bundle.parity = record_parity(PolicyInference(bundle.model), {1.0f, 2.0f, 3.0f});
  return bundle;
}

TEST_CASE("C: the decisions are those of inference, and the description is the model's") {
  const PolicyBundle bundle = sample_bundle();
  const Loaded loaded(bundle);
  CHECK(aicmp_policy_abi() == AICMP_POLICY_ABI);
  const aicmp_policy_shape shape = aicmp_policy_get_shape(loaded.policy);
  CHECK(shape.features == 3);
  CHECK(shape.outputs == 3);
  CHECK(shape.sets == 1);
  CHECK(shape.numbers == 0);
  CHECK(shape.state == 0);
  const auto json = nlohmann::json::parse(aicmp_policy_describe(loaded.policy));
  CHECK(json["problem"] == "AICMP/Test-v0");
  CHECK(json["fallback"] == "fixed");
  std::vector<std::int64_t> choices(bundle.parity.rows), expected(bundle.parity.rows);
  std::int64_t clamped = -1;
  REQUIRE(aicmp_policy_infer(loaded.policy, bundle.parity.rows, bundle.parity.observation.data(),
                             nullptr, nullptr, choices.data(), nullptr, &clamped) == AICMP_OK);
  PolicyInference(bundle.model)
      .decide(bundle.parity.rows, bundle.parity.outputs.data(), nullptr,
              {expected.data(), nullptr});
  CHECK(choices == expected);
  const auto outside = [](float x) { return std::abs(x) > 4.0f; };
  CHECK(clamped ==
        std::count_if(bundle.parity.observation.begin(), bundle.parity.observation.end(), outside));
}

TEST_CASE("C: a recurrent policy goes on from its state") {
  const PolicyBundle bundle = sample_bundle(LayerKind::kLstm);
  const Loaded loaded(bundle);
  std::vector<float> state(aicmp_policy_get_shape(loaded.policy).state);
  REQUIRE_FALSE(state.empty());
  std::vector<std::int64_t> expected(bundle.parity.rows);
  PolicyInference(bundle.model)
      .decide(bundle.parity.rows, bundle.parity.outputs.data(), nullptr,
              {expected.data(), nullptr});
  for (std::size_t r = 0; r < bundle.parity.rows; ++r) {
    std::int64_t choice = -1;
    REQUIRE(aicmp_policy_infer(loaded.policy, 1, bundle.parity.observation.data() + 3 * r, nullptr,
                               state.data(), &choice, nullptr, nullptr) == AICMP_OK);
    CHECK(choice == expected[r]);
  }
}

TEST_CASE("C: numbers come in their own unit") {
  const Loaded loaded(numbers_bundle());
  const float observation[] = {1.0f, 2.0f, 3.0f};
  float number = -1.0f;
  REQUIRE(aicmp_policy_infer(loaded.policy, 1, observation, nullptr, nullptr, nullptr, &number,
                             nullptr) == AICMP_OK);
  CHECK(number >= 0.0f);
  CHECK(number <= 0.05f);
}

TEST_CASE("C: every fault is a status, and nothing is written") {
  const Loaded loaded(sample_bundle());
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float good[] = {0.0f, 0.0f, 0.0f};
  const float bad[] = {0.0f, nan, 0.0f};
  const std::int8_t none[] = {0, 0, 0};
  std::int64_t choice = -7;
  std::int64_t clamped = -7;
  const auto infer = [&](const aicmp_policy* policy, const float* x, const std::int8_t* mask,
                         std::int64_t* out) {
    return aicmp_policy_infer(policy, 1, x, mask, nullptr, out, nullptr, &clamped);
  };
  CHECK(infer(nullptr, good, nullptr, &choice) == AICMP_ARGUMENT);
  CHECK(infer(loaded.policy, nullptr, nullptr, &choice) == AICMP_ARGUMENT);
  CHECK(infer(loaded.policy, good, nullptr, nullptr) == AICMP_ARGUMENT);
  CHECK(infer(loaded.policy, bad, nullptr, &choice) == AICMP_NOT_FINITE);
  CHECK(infer(loaded.policy, good, none, &choice) == AICMP_NO_CHOICE);
  CHECK(choice == -7);
  CHECK(clamped == -7);
  CHECK(infer(loaded.policy, good, nullptr, &choice) == AICMP_OK);
  CHECK(aicmp_policy_infer(loaded.policy, 0, good, nullptr, nullptr, &choice, nullptr, nullptr) ==
        AICMP_OK);

  const Loaded recurrent(sample_bundle(LayerKind::kLstm));
  CHECK(infer(recurrent.policy, good, nullptr, &choice) == AICMP_ARGUMENT);

  aicmp_policy* policy = recurrent.policy;
  char why[32] = {};
  CHECK(aicmp_policy_load("/nowhere", nullptr, &policy, why, sizeof why) == AICMP_UNREADABLE);
  CHECK(policy == nullptr);
  CHECK(std::strncmp(why, "/nowhere: cannot be read", 24) == 0);
  CHECK(aicmp_policy_load(nullptr, nullptr, &policy, nullptr, 0) == AICMP_ARGUMENT);
  CHECK(aicmp_policy_load("/nowhere", nullptr, nullptr, nullptr, 0) == AICMP_ARGUMENT);
  loaded.folder.write("b/README.md", "changed");
  CHECK(aicmp_policy_load(loaded.folder.path("b").c_str(), nullptr, &policy, nullptr, 0) ==
        AICMP_REFUSED);
  aicmp_policy_free(nullptr);
  CHECK(std::strcmp(aicmp_policy_describe(nullptr), "") == 0);
}

TEST_CASE("C: threads share a policy") {
  const PolicyBundle bundle = sample_bundle(LayerKind::kTanh, 200);
  const Loaded loaded(bundle);
  std::vector<std::int64_t> expected(200);
  PolicyInference(bundle.model)
      .decide(200, bundle.parity.outputs.data(), nullptr, {expected.data(), nullptr});
  std::atomic<int> equal{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        std::vector<std::int64_t> choices(200);
        aicmp_policy_infer(loaded.policy, 200, bundle.parity.observation.data(), nullptr, nullptr,
                           choices.data(), nullptr, nullptr);
        if (choices == expected) ++equal;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(equal == 200);
}

}  // namespace
}  // namespace aicmp
