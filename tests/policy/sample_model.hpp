#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sim/base/distributions.hpp"
#include "sim/policy/model.hpp"

namespace aicmp {

inline Rng test_rng(std::uint64_t seed = 1) {
  return Rng(WorldKey{seed}, StreamId::kTest);
}

inline std::vector<float> normals(Rng& rng, std::size_t count, double deviation = 1.0) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(deviation * normal(rng));
  return values;
}

struct LayerShape {
  LayerKind kind;
  std::size_t units;
};

/// A model of random weights and normalisers; the features lie in [-4, 4].
inline PolicyModel random_model(std::size_t features, const std::vector<LayerShape>& hidden,
                                std::vector<PolicyChoices> sets,
                                std::vector<PolicyNumber> numbers = {}, std::uint64_t seed = 1) {
  Rng rng = test_rng(seed);
  PolicyModel model;
  model.problem = "AICMP/Test-v0";
  for (std::size_t i = 0; i < features; ++i) {
    model.features.push_back(
        {fmt::format("x{}", i), "", -4.0, 4.0, 0.5 * normal(rng), 0.5 + uniform(rng)});
  }
  model.clip = 3.0;
  model.sets = std::move(sets);
  model.numbers = std::move(numbers);
  std::size_t inputs = features;
  const auto add = [&](LayerKind kind, std::size_t units) {
    PolicyLayer layer{kind, inputs, units, {}, {}, {}};
    layer.weight = normals(rng, layer.rows() * inputs, 0.3);
    if (kind == LayerKind::kLstm) layer.recurrent = normals(rng, layer.rows() * units, 0.3);
    layer.bias = normals(rng, layer.rows(), 0.3);
    model.layers.push_back(std::move(layer));
    inputs = units;
  };
  for (const LayerShape& shape : hidden) add(shape.kind, shape.units);
  add(LayerKind::kLinear, model.outputs());
  return model;
}

inline PolicyChoices letters(const std::string& name, std::size_t count) {
  PolicyChoices set{name, {}};
  for (std::size_t i = 0; i < count; ++i) {
    set.choices.emplace_back(1, static_cast<char>('a' + i));
  }
  return set;
}

}  // namespace aicmp
