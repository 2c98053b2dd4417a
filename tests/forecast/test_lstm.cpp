#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "sim/base/distributions.hpp"
#include "sim/forecast/lstm.hpp"
#include "sim/forecast/lstm_net.hpp"
#include "sim/forecast/walk_forward.hpp"

using namespace aicmp;

TEST_CASE("gradients of the LSTM are those of finite differences") {
  Rng rng({1, 0, 0}, StreamId::kTest);
  LstmNet net({2, 3, 2}, rng);
  LstmNet::Batch batch(4, Eigen::MatrixXf(2, 5));
  for (Eigen::MatrixXf& step : batch) {
    for (float& value : step.reshaped()) value = static_cast<float>(normal(rng));
  }
  // Half of the sum of squares of the outputs.
  const Eigen::VectorXf gradient = net.backward(batch, net.forward(batch));
  const auto loss = [&] { return 0.5f * net.forward(batch).squaredNorm(); };
  constexpr float kStep = 1e-2f;
  for (Eigen::Index i = 0; i < net.parameters().size(); ++i) {
    const float kept = net.parameters()(i);
    net.parameters()(i) = kept + kStep;
    const float above = loss();
    net.parameters()(i) = kept - kStep;
    const float below = loss();
    net.parameters()(i) = kept;
    CAPTURE(i);
    CHECK(gradient(i) == doctest::Approx((above - below) / (2.0f * kStep)).epsilon(0.02));
  }
}

TEST_CASE("the LSTM learns what can be known, and the same from one seed") {
  // The next change is the opposite of .8 of the last, and noise: the best error is that of the
  // noise, persistence has 1 / sqrt(1 - .8^2) of it.
  Rng rng({2, 0, 0}, StreamId::kTest);
  std::vector<double> series{0.0};
  double change = 0.0;
  for (int t = 1; t < 1200; ++t) {
    change = -0.8 * change + normal(rng);
    series.push_back(series.back() + change);
  }
  const LstmConfig config{.units = 8, .steps = 8, .epochs = 20};
  const WalkForward plan{.first = 900, .refit_every = 1000, .horizons = {1}};
  const auto outcomes = [&] { return walk_forward(series, plan, *lstm(config)).front(); };
  const std::vector<Outcome> first = outcomes();
  const Scores scores = score(first);
  CHECK(scores.rmse < 1.2);
  CHECK(score(walk_forward(series, plan, *persistence()).front()).rmse > 1.5);
  CHECK(scores.coverage_90 > 0.8);
  CHECK(scores.coverage_90 < 0.97);

  const std::vector<Outcome> second = outcomes();
  for (std::size_t i = 0; i < first.size(); ++i) {
    REQUIRE(first[i].forecast.mean == second[i].forecast.mean);
  }
}
