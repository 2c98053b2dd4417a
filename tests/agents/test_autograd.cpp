#include <cmath>

#include <doctest/doctest.h>

#include "agents/composed_loss.hpp"
#include "agents/policy_gradient.hpp"
#include "tests/agents/random_batch.hpp"

// Hand-written gradients against libtorch's autograd.
namespace aicmp {
namespace {

void check_equal(const PolicyLoss& a, const PolicyLoss& b) {
  CHECK(a.total == doctest::Approx(b.total).epsilon(1e-5));
  CHECK(a.policy == doctest::Approx(b.policy).epsilon(1e-5));
  CHECK(a.value == doctest::Approx(b.value).epsilon(1e-5));
  CHECK(a.entropy == doctest::Approx(b.entropy).epsilon(1e-5));
  CHECK(a.approx_kl == doctest::Approx(b.approx_kl).epsilon(1e-4));
  CHECK(a.clipped == doctest::Approx(b.clipped).epsilon(1e-6));
}

/// Relative error of the whole vector in the L2 norm.
double distance(const Floats& a, const float* b) {
  double error = 0.0, square = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    error += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    square += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(error / square);
}

void check_batch(ActionHead head, bool masked, Activation activation, int threads,
                 const PolicyLossTerms& terms = kTestTerms) {
  RandomBatch batch(std::move(head), 301, masked, activation);
  Workers workers(threads);
  FusedGradient fused(batch.net, workers);
  const PolicyLoss loss = fused.differentiate(batch.parameters.data(), batch.samples, batch.order,
                                              terms, batch.gradient.data());
  Floats expected(batch.net.size());
  const PolicyLoss composed = ComposedGradient(batch.net, 1, Device::kCpu)
                                  .differentiate(batch.parameters.data(), batch.samples,
                                                 batch.order, terms, expected.data());
  check_equal(loss, composed);
  CHECK(loss.clipped > 0.1);  // both sides of the clip were met
  CHECK(loss.clipped < 0.9);
  CHECK(distance(batch.gradient, expected.data()) < 1e-5);
}

TEST_CASE("The fused loss has the gradient that autograd finds") {
  for (const Activation activation : {Activation::kTanh, Activation::kRelu}) {
    for (const int threads : {1, 2, 3}) {
      check_batch(ActionHead({7}, 0), false, activation, threads);
      check_batch(ActionHead({7}, 0), true, activation, threads);
      check_batch(ActionHead({3, 20, 2}, 0), true, activation, threads);
      check_batch(ActionHead({}, 3), false, activation, threads);
    }
  }
}

TEST_CASE("so it has where somebody else's actions are imitated") {
  PolicyLossTerms terms = kTestTerms;
  terms.imitate = true;
  check_batch(ActionHead({3, 20, 2}, 0), true, Activation::kTanh, 2, terms);
  check_batch(ActionHead({}, 3), false, Activation::kRelu, 1, terms);
}

TEST_CASE("Without a clip, on the policy's own data, the loss is that of A2C") {
  RandomBatch batch(ActionHead({4, 3}, 0), 80, false, Activation::kTanh);
  ActorCritic::Workspace space = batch.net.workspace();
  Rng rng({}, StreamId::kTest);
  batch.net.act(batch.parameters.data(), batch.observation.data(), 80, nullptr, rng,
                {batch.choices.data(), batch.numbers.data(), batch.log_prob.data()}, nullptr,
                nullptr, space);
  PolicyLossTerms terms;
  terms.clip = std::numeric_limits<double>::infinity();
  Workers workers(1);
  FusedGradient fused(batch.net, workers);
  const PolicyLoss loss = fused.differentiate(batch.parameters.data(), batch.samples, batch.order,
                                              terms, batch.gradient.data());
  double mean = 0.0;
  for (const float advantage : batch.advantage) mean -= static_cast<double>(advantage) / 80.0;
  CHECK(loss.policy == doctest::Approx(mean).epsilon(1e-6));
  CHECK(loss.approx_kl == 0.0);
  CHECK(loss.clipped == 0.0);
}

}  // namespace
}  // namespace aicmp
