#include "agents/policy_model.hpp"

namespace aicmp {
namespace {

LayerKind kind_of(Activation activation) {
  switch (activation) {
    case Activation::kTanh:
      return LayerKind::kTanh;
    case Activation::kRelu:
      return LayerKind::kRelu;
    case Activation::kNone:
      break;
  }
  return LayerKind::kLinear;
}

}  // namespace

PolicyModel policy_model(const EnvSpec& spec, const Mlp& net, const float* parameters,
                         const RunningMoments* moments, const float* log_std) {
  PolicyModel model;
  model.problem = spec.id;
  model.clip = ObservationScale::kClip;
  for (std::size_t k = 0; k < spec.observation.size(); ++k) {
    const Field& field = spec.observation[k];
    const bool scaled = moments != nullptr && moments->count() > 0.0;
    // A variance of 1 - 1e-8 leaves the number as it is.
    model.features.push_back({field.name, field.unit, field.low, field.high,
                              scaled ? moments->mean(k) : 0.0,
                              scaled ? observation_variance(*moments, k) : 1.0 - 1e-8});
  }
  for (const ChoiceSet& set : spec.action.sets) model.sets.push_back({set.name, set.choices});
  for (std::size_t k = 0; k < spec.action.numbers.size(); ++k) {
    const Field& field = spec.action.numbers[k];
    model.numbers.push_back({field.name, field.unit, field.low, field.high, log_std[k]});
  }
  model.masked = spec.action.masked;

  for (const Mlp::Layer& layer : net.layers()) {
    const bool last = &layer == &net.layers().back();
    PolicyLayer out{
        kind_of(layer.activation), layer.in, last ? model.outputs() : layer.out, {}, {}, {}};
    for (std::size_t j = 0; j < out.units; ++j) {
      for (std::size_t i = 0; i < layer.in; ++i) {
        out.weight.push_back(parameters[layer.weight(i, j)]);
      }
      out.bias.push_back(parameters[layer.bias + j]);
    }
    model.layers.push_back(std::move(out));
  }
  return model;
}

PolicyLayer policy_layer(const LstmLayer& memory, const float* parameters) {
  PolicyLayer layer{LayerKind::kLstm, memory.inputs(), memory.units(), {}, {}, {}};
  for (std::size_t gate = 0; gate < 4; ++gate) {
    for (std::size_t j = 0; j < memory.units(); ++j) {
      const float* column = parameters + gate * padded(memory.units()) + j;
      for (std::size_t i = 0; i < memory.inputs(); ++i) {
        layer.weight.push_back(column[i * memory.columns()]);
      }
      for (std::size_t i = 0; i < memory.units(); ++i) {
        layer.recurrent.push_back(column[(memory.inputs() + i) * memory.columns()]);
      }
      layer.bias.push_back(column[memory.bias_offset()]);
    }
  }
  return layer;
}

}  // namespace aicmp
