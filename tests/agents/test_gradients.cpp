#include <cmath>

#include <doctest/doctest.h>

#include "agents/adam.hpp"
#include "agents/policy_gradient.hpp"
#include "tests/agents/random_batch.hpp"

// Gradients of the fused loss against differences of it.
namespace aicmp {
namespace {

double loss_at(RandomBatch& batch, const Floats& parameters) {
  ActorCritic::Workspace space = batch.net.workspace();
  Floats ignored(batch.net.size());
  PolicyLoss loss;
  batch.net.add_loss(parameters.data(), batch.samples, batch.order, batch.order.size(), kTestTerms,
                     Nets::kBoth, space, ignored.data(), loss);
  return loss.total;
}

/// Which of a net's parameters are not padding.
std::vector<bool> used_parameters(const ActorCritic& net) {
  std::vector<bool> used(net.size());
  const auto use = [&](const Mlp& mlp, std::size_t offset) {
    for (const Mlp::Layer& layer : mlp.layers()) {
      for (std::size_t j = 0; j < layer.out; ++j) {
        used[offset + layer.bias + j] = true;
        for (std::size_t i = 0; i < layer.in; ++i) used[offset + layer.weight(i, j)] = true;
      }
    }
  };
  use(net.policy(), 0);
  use(net.value(), net.value_offset());
  for (std::size_t k = 0; k < net.head().numbers(); ++k) used[net.log_std_offset() + k] = true;
  return used;
}

/// The slope along random directions: a difference over 2 h has an error of h^2 by curvature and of
/// the rounding of a float loss, 1e-7 / h.
void check_slopes(ActionHead head, bool masked) {
  RandomBatch batch(std::move(head), 130, masked, Activation::kTanh);
  ActorCritic::Workspace space = batch.net.workspace();
  PolicyLoss loss;
  batch.net.add_loss(batch.parameters.data(), batch.samples, batch.order, batch.order.size(),
                     kTestTerms, Nets::kBoth, space, batch.gradient.data(), loss);
  const std::vector<bool> used = used_parameters(batch.net);
  Rng rng({}, StreamId::kTest, 1);
  for (int round = 0; round < 20; ++round) {
    constexpr float kStep = 5e-4f;
    Floats ahead = batch.parameters;
    Floats behind = batch.parameters;
    double slope = 0.0;
    for (std::size_t i = 0; i < batch.net.size(); ++i) {
      if (!used[i]) continue;
      const auto direction = static_cast<float>(normal(rng));
      ahead[i] += kStep * direction;
      behind[i] -= kStep * direction;
      slope += static_cast<double>(batch.gradient[i]) * static_cast<double>(direction);
    }
    const double difference =
        (loss_at(batch, ahead) - loss_at(batch, behind)) / (2.0 * static_cast<double>(kStep));
    CHECK(slope == doctest::Approx(difference).epsilon(0.01).scale(1.0));
  }
}

TEST_CASE("The gradient is the slope of the loss") {
  check_slopes(ActionHead({6}, 0), false);
  check_slopes(ActionHead({4, 3}, 0), true);
  check_slopes(ActionHead({}, 2), false);
}

TEST_CASE("Two threads, one for each net, find the gradient of one bit for bit") {
  RandomBatch batch(ActionHead({4, 3}, 0), 301, true, Activation::kTanh);
  const auto found = [&](int threads) {
    Workers workers(threads);
    Floats gradient(batch.net.size(), 1.0f);  // what was there is gone
    const PolicyLoss loss = FusedGradient(batch.net, workers)
                                .differentiate(batch.parameters.data(), batch.samples, batch.order,
                                               kTestTerms, gradient.data());
    return std::pair(gradient, loss.total);
  };
  CHECK(found(1) == found(2));
}

TEST_CASE("Adam does the same on any number of threads") {
  constexpr std::size_t kSize = 5008;
  Rng rng({}, StreamId::kTest);
  Floats gradient(kSize);
  for (float& x : gradient) x = static_cast<float>(normal(rng));
  const auto moved = [&](int threads) {
    Workers workers(threads);
    Adam adam(kSize, 1e-5);
    Floats parameters(kSize);
    for (int step = 0; step < 3; ++step) {
      const double norm = adam.step(gradient.data(), parameters.data(), 1e-3, 0.5, workers);
      CHECK(norm == doctest::Approx(std::sqrt(5008.0)).epsilon(0.05));
    }
    return parameters;
  };
  CHECK(moved(1) == moved(2));
  CHECK(moved(1) == moved(3));
}

TEST_CASE("Padding gets no gradient") {
  for (const ActionHead& head : {ActionHead({6}, 0), ActionHead({20}, 0), ActionHead({}, 2)}) {
    RandomBatch batch(head, 130, false, Activation::kTanh);
    ActorCritic::Workspace space = batch.net.workspace();
    PolicyLoss loss;
    batch.net.add_loss(batch.parameters.data(), batch.samples, batch.order, batch.order.size(),
                       kTestTerms, Nets::kBoth, space, batch.gradient.data(), loss);
    const std::vector<bool> used = used_parameters(batch.net);
    for (std::size_t k = 0; k < used.size(); ++k) CHECK((used[k] || batch.gradient[k] == 0.0f));
  }
}

}  // namespace
}  // namespace aicmp
