#pragma once

#include <numeric>

#include "agents/actor_critic.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

/// A net with random parameters and random transitions to learn from.
struct RandomBatch {
  RandomBatch(ActionHead head, std::size_t rows, bool masked, Activation activation)
      : net(5, {12, 20}, activation, std::move(head)),
        parameters(net.size()),
        gradient(net.size()) {
    Rng rng({}, StreamId::kTest);
    net.initialise(parameters.data(), rng);
    // Nothing of an initialised net is as asymmetric as a trained one.
    for (const Mlp* mlp : {&net.policy(), &net.value()}) {
      float* first = parameters.data() + (mlp == &net.value() ? net.value_offset() : 0);
      for (const Mlp::Layer& layer : mlp->layers()) {
        for (std::size_t j = 0; j < layer.out; ++j) {
          first[layer.bias + j] = 0.3f * static_cast<float>(normal(rng));
        }
        if (&layer != &mlp->layers().back()) continue;
        for (std::size_t i = 0; i < layer.in; ++i) {
          for (std::size_t j = 0; j < layer.out; ++j) {
            first[layer.weight(i, j)] = 0.3f * static_cast<float>(normal(rng));
          }
        }
      }
    }
    for (std::size_t k = 0; k < net.head().numbers(); ++k) {
      parameters[net.log_std_offset() + k] = 0.2f * static_cast<float>(normal(rng));
    }

    const std::size_t sets = net.head().sets().size();
    observation.resize(rows * 5);
    for (float& x : observation) x = static_cast<float>(normal(rng));
    choices.resize(rows * sets);
    mask.assign(rows * net.head().outputs(), 1);
    numbers.resize(rows * net.head().numbers());
    log_prob.resize(rows);
    advantage.resize(rows);
    value_target.resize(rows);
    if (masked) {
      for (std::size_t r = 0; r < rows; ++r) {
        std::size_t first = r * net.head().outputs();
        for (const std::size_t size : net.head().sets()) {  // one choice of each set stays
          const std::size_t kept = rng() % size;
          for (std::size_t j = 0; j < size; ++j) mask[first + j] = j == kept || uniform(rng) < 0.6;
          first += size;
        }
      }
    }
    ActorCritic::Workspace space = net.workspace();
    net.act(parameters.data(), observation.data(), rows, masked ? mask.data() : nullptr, rng,
            {choices.data(), numbers.data(), log_prob.data()}, nullptr, nullptr, space);
    for (float& x : log_prob) x += 0.2f * static_cast<float>(normal(rng));  // an older policy's
    for (float& x : advantage) x = static_cast<float>(normal(rng));
    for (float& x : value_target) x = static_cast<float>(normal(rng));
    samples = {
        observation.data(), choices.data(),   numbers.data(),     masked ? mask.data() : nullptr,
        log_prob.data(),    advantage.data(), value_target.data()};
    order.resize(rows);
    std::iota(order.begin(), order.end(), 0u);
  }
  RandomBatch(const RandomBatch&) = delete;
  RandomBatch& operator=(const RandomBatch&) = delete;

  ActorCritic net;
  Floats parameters, gradient;
  std::vector<float> observation, numbers, log_prob, advantage, value_target;
  std::vector<std::int64_t> choices;
  std::vector<std::int8_t> mask;
  std::vector<std::uint32_t> order;
  PolicySamples samples;
};

inline constexpr PolicyLossTerms kTestTerms{.clip = 0.2,
                                            .value_weight = 0.7,
                                            .entropy_weight = 0.05,
                                            .advantage_shift = 0.1,
                                            .advantage_scale = 1.3};

}  // namespace aicmp
