#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "sample_model.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/model_file.hpp"
#include "sim/policy/safetensors.hpp"

namespace aicmp {
namespace {

/// A file with this header and so many bytes of numbers.
std::string file_of(const std::string& header, std::size_t data) {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data, '\0');
}

std::string refusal(std::string_view bytes) {
  try {
    parse_safetensors(bytes, "w");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("Safetensors: the bytes that the format prescribes") {
  const std::string bytes = safetensors_bytes({{"a", {2, 1}, {1.0f, -2.0f}}, {"b", {}, {0.5f}}});
  const std::string header = R"({"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
                             R"("b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}})";
  std::string expected = file_of(header + std::string(8 - header.size() % 8, ' '), 12);
  const float values[] = {1.0f, -2.0f, 0.5f};
  std::memcpy(expected.data() + expected.size() - 12, values, 12);
  CHECK(bytes == expected);
}

TEST_CASE("Safetensors: what was written is read, metadata is passed over") {
  Rng rng = test_rng();
  const std::vector<Tensor> tensors = {
      {"z", {3, 5}, normals(rng, 15)}, {"empty", {0, 4}, {}}, {"a", {7}, normals(rng, 7)}};
  const std::vector<Tensor> read = parse_safetensors(safetensors_bytes(tensors), "w");
  REQUIRE(read.size() == 3);
  for (const Tensor& tensor : tensors) {
    const auto same = [&](const Tensor& t) {
      return t.name == tensor.name && t.shape == tensor.shape && t.values == tensor.values;
    };
    CHECK(std::count_if(read.begin(), read.end(), same) == 1);
  }
  CHECK(parse_safetensors(file_of(R"({"__metadata__":{"by":"x"}})", 0), "w").empty());
}

TEST_CASE("Safetensors: hostile headers are refused with a reason") {
  const auto one = [](const std::string& shape, const std::string& offsets, std::size_t data) {
    return refusal(file_of(
        R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}", data));
  };
  CHECK(one("[2]", "[0,8]", 8).empty());
  CHECK(one("[2]", "[0,8]", 4) == "w: a: bytes 0 to 8 (allowed: from byte 0 on, within 4)");
  CHECK(one("[2]", "[0,8]", 12) == "w: 4 bytes belong to no tensor");
  CHECK(one("[2]", "[4,12]", 12) == "w: a: bytes 4 to 12 (allowed: from byte 0 on, within 12)");
  CHECK(one("[2]", "[8,0]", 8) == "w: a: data_offsets (allowed: begin, end)");
  CHECK(one("[3]", "[0,8]", 8) == "w: a: 8 bytes for 3 numbers (allowed: 4 bytes a number)");
  CHECK(one("[-2]", "[0,8]", 8) == "w: a: shape (allowed: whole numbers from 0)");
  CHECK(one("[4611686018427387904,4]", "[0,0]", 0) == "w: a: a shape larger than the file");
  CHECK(one("[1.5]", "[0,8]", 8) == "w: a: shape (allowed: whole numbers from 0)");
  CHECK(one("{}", "[0,8]", 8) == "w: a: no shape (allowed: a list of whole numbers)");
  CHECK(refusal(file_of(R"({"a":3})", 0)) == "w: a: no shape (allowed: a list of whole numbers)");
  CHECK(refusal(file_of(R"({"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}})", 8)) ==
        "w: a: dtype (allowed: F32)");
  CHECK(refusal(file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                        R"("b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                        4)) == "w: b: bytes 0 to 4 (allowed: from byte 4 on, within 4)");
  CHECK(refusal(file_of("[]", 0)) == "w: the header is not a JSON object");
  CHECK(refusal(file_of("{", 0)) == "w: the header is not a JSON object");
  CHECK(refusal("1234567") == "w: too short (allowed: at least 8 bytes)");
  std::string endless = file_of("{}", 0);
  std::memset(endless.data(), 0xff, 8);
  CHECK(refusal(endless) ==
        "w: a header of 18446744073709551615 bytes (allowed: no longer than the file, and 1 MiB)");
}

TEST_CASE("A model survives its files, bit for bit") {
  const std::vector<PolicyModel> models = {
      random_model(5, {{LayerKind::kTanh, 6}, {LayerKind::kRelu, 3}}, {letters("a", 2)}),
      random_model(4, {{LayerKind::kLstm, 3}}, {letters("a", 2), letters("b", 4)}),
      random_model(2, {}, {}, {{"fee", "part", 0.0, 0.05, -1.25f}, {"eta", "", 0.5, 1.0, 0.5f}})};
  for (const PolicyModel& model : models) {
    const std::string text = model_json(model).dump();
    const auto tensors = parse_safetensors(safetensors_bytes(model_tensors(model)), "w");
    const PolicyModel read = read_model(nlohmann::json::parse(text), "p", tensors, "w");
    CHECK(model_json(read).dump() == text);
    CHECK(safetensors_bytes(model_tensors(read)) == safetensors_bytes(model_tensors(model)));
  }
}

TEST_CASE("A description that does not fit its weights or its format is refused") {
  const PolicyModel model = random_model(2, {{LayerKind::kTanh, 3}}, {letters("a", 2)});
  const auto refused = [&](auto&& damage) -> std::string {
    nlohmann::json json = nlohmann::json::parse(model_json(model).dump());
    std::vector<Tensor> tensors = model_tensors(model);
    damage(json, tensors);
    try {
      read_model(json, "p", tensors, "w");
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  using Json = nlohmann::json;
  using Tensors = std::vector<Tensor>;
  CHECK(refused([](Json&, Tensors&) {}).empty());
  CHECK(refused([](Json& j, Tensors&) { j["layers"][0]["units"] = 4; }) ==
        "w: layers.0.weight: shape [3, 2] (allowed: [4, 2])");
  CHECK(refused([](Json& j, Tensors&) { j["layers"][0]["units"] = 1e12; }) ==
        "p: model.layers[0].units: 1000000000000.0 (allowed: a whole number from 0)");
  CHECK(refused([](Json& j, Tensors&) { j["layers"][0]["units"] = 1000000000000; }) ==
        "p: model.layers[0].units: 1000000000000 (allowed: 1 to 4096)");
  CHECK(refused([](Json& j, Tensors&) { j["layers"][0]["kind"] = "gelu"; }) ==
        "p: model.layers[0].kind: gelu (allowed: tanh, relu, linear, lstm)");
  CHECK(refused([](Json& j, Tensors&) { j["layers"][0]["kind"] = "lstm"; }) ==
        "w: layers.0.weight: shape [3, 2] (allowed: [12, 2])");
  CHECK(refused([](Json& j, Tensors&) { j.erase("clip"); }) == "p: model.clip: missing");
  CHECK(refused([](Json& j, Tensors&) { j["extra"] = 1; }) ==
        "p: model.extra: unknown key (allowed: problem, features, clip, layers, action)");
  CHECK(refused([](Json& j, Tensors&) { j["features"][1]["low"] = "x"; }) ==
        "p: model.features[1].low: \"x\" (allowed: a number)");
  CHECK(refused([](Json& j, Tensors&) { j["problem"] = "\x1b[2J"; }) ==
        "p: model.problem: \"\\u001b[2J\" (allowed: a text without control characters)");
  CHECK(refused([](Json&, Tensors& t) { t.pop_back(); }) == "w: layers.1.bias: missing");
  CHECK(refused([](Json&, Tensors& t) {
          t.push_back({"more", {}, {1.0f}});
        }) == "w: more: belongs to no layer");
  CHECK(refused([](Json& j, Tensors&) { j = Json::array(); }) ==
        "p: model: [] (allowed: a JSON object)");
}

}  // namespace
}  // namespace aicmp
