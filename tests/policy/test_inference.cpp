#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "sample_model.hpp"
#include "sim/base/error.hpp"
#include "sim/base/fast_tanh.hpp"
#include "sim/policy/inference.hpp"

namespace aicmp {
namespace {

/// The model in double precision, layer by layer, as its formulas are written.
class Plain {
 public:
  explicit Plain(const PolicyModel& model) : model_(model) {
    for (const PolicyLayer& layer : model.layers) {
      hidden_.emplace_back(layer.units, 0.0);
      cell_.emplace_back(layer.units, 0.0);
    }
  }

  std::vector<double> run(const float* observation) {
    std::vector<double> x;
    for (std::size_t i = 0; i < model_.features.size(); ++i) {
      const PolicyFeature& feature = model_.features[i];
      const double bounded =
          std::clamp(static_cast<double>(observation[i]), feature.low, feature.high);
      const double normal = (bounded - feature.mean) / std::sqrt(feature.variance + 1e-8);
      x.push_back(std::clamp(normal, -model_.clip, model_.clip));
    }
    for (std::size_t l = 0; l < model_.layers.size(); ++l) x = layer(l, x);
    return x;
  }

 private:
  std::vector<double> layer(std::size_t l, const std::vector<double>& x) {
    const PolicyLayer& layer = model_.layers[l];
    std::vector<double> z(layer.rows());
    for (std::size_t i = 0; i < z.size(); ++i) {
      z[i] = static_cast<double>(layer.bias[i]);
      for (std::size_t k = 0; k < x.size(); ++k) {
        z[i] += static_cast<double>(layer.weight[i * x.size() + k]) * x[k];
      }
      if (layer.kind != LayerKind::kLstm) continue;
      for (std::size_t k = 0; k < layer.units; ++k) {
        z[i] += static_cast<double>(layer.recurrent[i * layer.units + k]) * hidden_[l][k];
      }
    }
    if (layer.kind == LayerKind::kLstm) return lstm(l, z);
    for (double& value : z) {
      if (layer.kind == LayerKind::kTanh) value = std::tanh(value);
      if (layer.kind == LayerKind::kRelu) value = std::max(value, 0.0);
    }
    return z;
  }

  std::vector<double> lstm(std::size_t l, const std::vector<double>& gates) {
    const auto logistic = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    const std::size_t units = hidden_[l].size();
    for (std::size_t i = 0; i < units; ++i) {
      cell_[l][i] = logistic(gates[units + i]) * cell_[l][i] +
                    logistic(gates[i]) * std::tanh(gates[2 * units + i]);
    }
    for (std::size_t i = 0; i < units; ++i) {
      hidden_[l][i] = logistic(gates[3 * units + i]) * std::tanh(cell_[l][i]);
    }
    return hidden_[l];
  }

  const PolicyModel& model_;
  std::vector<std::vector<double>> hidden_, cell_;
};

double largest_difference(const float* found, const std::vector<double>& expected) {
  double largest = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(found[i]) - expected[i]));
  }
  return largest;
}

TEST_CASE("fast_tanh is tanh within 4e-7, odd, and 1 far out") {
  double worst = 0.0;
  for (int i = -120000; i <= 120000; ++i) {
    const float x = static_cast<float>(i) * 1e-4f;
    float y = x;
    fast_tanh(y);
    worst = std::max(worst, std::abs(static_cast<double>(y) - std::tanh(static_cast<double>(x))));
    float mirrored = -x;
    fast_tanh(mirrored);
    REQUIRE(mirrored == -y);
  }
  CHECK(worst < 4e-7);
  float far = std::numeric_limits<float>::max();
  fast_tanh(far);
  CHECK(far == doctest::Approx(1.0).epsilon(4e-7));
}

TEST_CASE("Inference is the formulas, whatever the layers and widths") {
  const std::vector<std::vector<LayerShape>> nets = {
      {},
      {{LayerKind::kTanh, 64}, {LayerKind::kTanh, 64}},
      {{LayerKind::kRelu, 17}, {LayerKind::kTanh, 5}, {LayerKind::kRelu, 33}},
      {{LayerKind::kLstm, 24}, {LayerKind::kTanh, 16}},
      {{LayerKind::kTanh, 7}, {LayerKind::kLstm, 3}, {LayerKind::kLstm, 19}}};
  for (const auto& net : nets) {
    const PolicyModel model = random_model(13, net, {letters("a", 3), letters("b", 6)});
    const PolicyInference inference(model);
    PolicyInference::Workspace space;
    Rng rng = test_rng(2);
    Plain plain(model);
    std::vector<float> state(inference.state_width());
    for (int step = 0; step < 20; ++step) {  // recurrent layers go on from their state
      const std::vector<float> x = normals(rng, 13, 2.0);
      std::vector<float> y(9);
      inference.run(1, x.data(), state.data(), y.data(), space);
      CHECK(largest_difference(y.data(), plain.run(x.data())) < 5e-6);
    }
  }
}

TEST_CASE("A row of a batch is the row alone, bit for bit") {
  for (const LayerKind kind : {LayerKind::kTanh, LayerKind::kLstm}) {
    const PolicyModel model = random_model(10, {{kind, 20}}, {letters("a", 4)});
    const PolicyInference inference(model);
    PolicyInference::Workspace space;
    Rng rng = test_rng(3);
    const std::size_t rows = 150;
    const std::size_t width = inference.state_width();
    std::vector<float> x = normals(rng, rows * 10, 2.0);
    std::vector<float> state(rows * width);
    std::vector<float> state_alone(rows * width);
    std::vector<float> y(rows * 4);
    std::vector<float> alone(4);
    for (int step = 0; step < 2; ++step) {
      inference.run(rows, x.data(), state.data(), y.data(), space);
      for (std::size_t r = 0; r < rows; ++r) {
        inference.run(1, x.data() + r * 10, state_alone.data() + r * width, alone.data(), space);
        REQUIRE(std::equal(alone.begin(), alone.end(), y.begin() + static_cast<long>(r * 4)));
      }
      REQUIRE(state == state_alone);
    }
  }
}

TEST_CASE("Features out of range are clamped and counted, NaN among them") {
  const PolicyModel model = random_model(3, {{LayerKind::kTanh, 8}}, {letters("a", 2)});
  const PolicyInference inference(model);
  PolicyInference::Workspace space;
  const float infinite = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> inside(2), outside(2);
  const std::vector<float> edge = {4.0f, -4.0f, 0.25f};
  CHECK(inference.run(1, edge.data(), nullptr, inside.data(), space) == 0);
  const std::vector<float> beyond = {4.0001f, -infinite, 0.25f};
  CHECK(inference.run(1, beyond.data(), nullptr, outside.data(), space) == 2);
  CHECK(inside == outside);
  const std::vector<float> broken = {4.0f, nan, 0.25f};
  CHECK(inference.run(1, broken.data(), nullptr, outside.data(), space) == 1);
  CHECK(inside == outside);
  CHECK(inference.finite(1, edge.data()));
  CHECK_FALSE(inference.finite(1, beyond.data()));
  CHECK_FALSE(inference.finite(1, broken.data()));
}

TEST_CASE("The most probable choice of each set that the mask allows, the first of equals") {
  const PolicyInference inference(
      random_model(2, {}, {letters("a", 3), letters("b", 2), letters("c", 1)}));
  const std::vector<float> outputs = {1, 3, 2, 5, 5, -1, 7, 7, 9, 0, 1, 0};
  std::vector<std::int64_t> choices(6);
  inference.decide(2, outputs.data(), nullptr, {choices.data(), nullptr});
  CHECK(choices == std::vector<std::int64_t>{1, 0, 0, 2, 1, 0});
  const std::vector<std::int8_t> mask = {1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1};
  REQUIRE(inference.possible(2, mask.data()));
  inference.decide(2, outputs.data(), mask.data(), {choices.data(), nullptr});
  CHECK(choices == std::vector<std::int64_t>{2, 1, 0, 0, 0, 0});
  const std::vector<std::int8_t> none = {1, 0, 1, 0, 0, 1};
  CHECK_FALSE(inference.possible(1, none.data()));
}

TEST_CASE("Numbers are mapped from [-1, 1] to their range and never leave it") {
  const PolicyInference inference(
      random_model(2, {}, {}, {{"fee", "", 0.0, 0.04, 0.0f}, {"eta", "", -3.0, 5.0, 0.0f}}));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> outputs = {-1.0f, 0.0f, 0.5f, 1e30f, nan, -7.0f};
  std::vector<float> numbers(6);
  inference.decide(3, outputs.data(), nullptr, {nullptr, numbers.data()});
  CHECK(numbers == std::vector<float>{0.0f, 1.0f, 0.03f, 5.0f, 0.0f, -3.0f});
}

TEST_CASE("Samples have the softmax's frequencies and the normal's moments") {
  const PolicyInference choices(random_model(2, {}, {letters("a", 4)}));
  const std::vector<float> logits = {std::log(4.0f), std::log(3.0f), 9.0f, std::log(1.0f)};
  const std::vector<std::int8_t> mask = {1, 1, 0, 1};
  const std::vector<double> expected = {0.5, 0.375, 0.0, 0.125};
  Rng rng = test_rng(4);
  const int draws = 40000;
  std::vector<double> counts(4);
  for (int i = 0; i < draws; ++i) {
    std::int64_t choice = -1;
    choices.sample(1, logits.data(), mask.data(), rng, {&choice, nullptr});
    counts.at(static_cast<std::size_t>(choice)) += 1.0;
  }
  for (std::size_t j = 0; j < 4; ++j) {
    const double error = std::sqrt(expected[j] * (1.0 - expected[j]) / draws);
    CHECK(std::abs(counts[j] / draws - expected[j]) <= 4.0 * error);
  }

  const PolicyInference numbers(random_model(2, {}, {}, {{"x", "", -10.0, 10.0, std::log(0.05f)}}));
  const float mean = 0.2f;  // 2 of [-10, 10], deviation .5, so the ends are never met
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < draws; ++i) {
    float number = 0.0f;
    numbers.sample(1, &mean, nullptr, rng, {nullptr, &number});
    sum += static_cast<double>(number) - 2.0;
    squares += std::pow(static_cast<double>(number) - 2.0, 2);
  }
  CHECK(std::abs(sum / draws) < 4.0 * 0.5 / std::sqrt(draws));
  CHECK(std::abs(squares / draws - 0.25) < 4.0 * 0.25 * std::sqrt(2.0 / draws));
}

TEST_CASE("Models that cannot be run are refused, with the key at fault") {
  const PolicyModel good = random_model(3, {{LayerKind::kTanh, 4}}, {letters("a", 2)});
  CHECK_NOTHROW(PolicyInference{good});
  const auto message = [&](auto&& damage) -> std::string {
    PolicyModel model = good;
    damage(model);
    try {
      PolicyInference{model};
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(message([&](PolicyModel& m) { m.layers[0].weight[5] = nan; }) ==
        "layers[0].weight: a number is not finite (allowed: finite numbers)");
  CHECK(message([](PolicyModel& m) { m.layers[0].weight.pop_back(); }) ==
        "layers[0].weight: 11 numbers (allowed: 12)");
  CHECK(message([](PolicyModel& m) { m.features.pop_back(); }) ==
        "layers[0]: 3 inputs (allowed: 2)");
  CHECK(message([](PolicyModel& m) { m.sets[0].choices.emplace_back("z"); }) ==
        "layers: 2 outputs (allowed: 3, as the action has)");
  CHECK(message([](PolicyModel& m) { m.features[1].high = m.features[1].low; }) ==
        "features[1].high: -4 (allowed: a finite number above -4)");
  CHECK(message([](PolicyModel& m) { m.features[1].name = "x0"; }) ==
        "features: a name comes twice (allowed: different names)");
  CHECK(message([](PolicyModel& m) { m.features[2].variance = -1.0; }) ==
        "features[2].variance: -1 (allowed: [0, 1e30])");
  CHECK(message([](PolicyModel& m) { m.layers.back().kind = LayerKind::kTanh; }) ==
        "layers: the last is not linear (allowed: a linear layer at the end)");
}

}  // namespace
}  // namespace aicmp
