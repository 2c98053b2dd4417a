#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "agents/dqn.hpp"
#include "envs/registry.hpp"
#include "sim/base/error.hpp"
#include "tests/agents/probe.hpp"
#include "tests/agents/small_run.hpp"

namespace aicmp {
namespace {

using Kind = ProbeConfig::Kind;

RunSettings dqn_run() {
  RunSettings run = test::small_run();
  run.total_steps = 6000;
  return run;
}

DqnConfig config() {
  DqnConfig config;
  config.replay_size = 2000;
  config.learning_starts = 100;
  config.target_steps = 200;
  config.learning_rate = 3e-3;
  config.epsilon_end = 0.2;
  return config;
}

std::vector<float> values(const Dqn& dqn, float shown, float step = 0.0f) {
  const float raw[2] = {shown, step};
  float x[2];
  dqn.observation_scale().apply(raw, 1, x);
  Mlp::Workspace space = dqn.net().mlp().workspace();
  std::vector<float> q(dqn.net().choices());
  dqn.net().forward(dqn.parameters(), x, 1, space, q.data());
  return q;
}

std::unique_ptr<Dqn> trained(const DqnConfig& config, ProbeConfig probe) {
  const RunSettings run = dqn_run();
  auto dqn = std::make_unique<Dqn>(run, config, Probe::make(probe, 4));
  while (dqn->steps() < run.total_steps) dqn->iterate();
  return dqn;
}

void check_probes(const DqnConfig& config) {
  const auto near = [](double value) { return doctest::Approx(value).epsilon(0.1).scale(0.5); };
  CHECK(values(*trained(config, {Kind::kConstant}), 0)[1] == near(1.0));
  const auto observed = trained(config, {Kind::kObserved});
  CHECK(values(*observed, 1)[0] == near(1.0));
  CHECK(values(*observed, -1)[0] == near(-1.0));
  const auto two = trained(config, {Kind::kTwoSteps});
  CHECK(values(*two, 0, 0)[0] == near(0.9));
  CHECK(values(*two, 0, 1)[0] == near(1.0));
  const auto choice = values(*trained(config, {Kind::kChoice}), 0);
  CHECK(choice[0] == near(-1.0));
  CHECK(choice[1] == near(1.0));
  const auto match = trained(config, {Kind::kMatch});
  for (const int shown : {-1, 0, 1}) {
    CHECK(match->net().best(values(*match, static_cast<float>(shown)).data(), nullptr) ==
          shown + 1);
  }
}

TEST_CASE("DQN solves the probe problems") {
  DqnConfig plain = config();
  plain.double_q = false;
  check_probes(plain);
}

TEST_CASE("so it does with double, dueling, two-step, prioritised learning") {
  DqnConfig rainbow = config();
  rainbow.dueling = true;
  rainbow.n_step = 2;
  rainbow.priority_power = 0.6;
  check_probes(rainbow);
}

TEST_CASE("Truncation is not termination for DQN either") {
  DqnConfig config = aicmp::config();
  config.target_steps = 40;
  for (const std::int64_t steps : {1, 3}) {
    config.n_step = steps;
    CHECK(values(*trained(config, {Kind::kEndless, 4}), 0)[1] ==
          doctest::Approx(10.0).epsilon(0.1));
    CHECK(values(*trained(config, {Kind::kEnding, 4}), 0, 2)[1] ==
          doctest::Approx(1.9).epsilon(0.1));
  }
}

TEST_CASE("DQN never tries what is masked") {
  const auto dqn = trained(config(), {Kind::kMatchTwo});
  for (const int shown : {-1, 0, 1}) {
    std::vector<std::int8_t> mask(3, 0);
    for (const int open : {shown + 1, (shown + 2) % 3}) mask.at(static_cast<unsigned>(open)) = 1;
    CHECK(dqn->net().best(values(*dqn, static_cast<float>(shown)).data(), mask.data()) ==
          shown + 1);
  }
  CHECK(dqn->net().best(std::vector<float>{9.0f, 1.0f, 2.0f}.data(),
                        std::vector<std::int8_t>{0, 1, 1}.data()) == 2);
}

TEST_CASE("The gradient of Q is its slope, dueling or not") {
  for (const bool dueling : {false, true}) {
    const QNet net(4, {8, 8}, 3, Activation::kTanh, dueling);
    Floats parameters(net.size()), gradient(net.size());
    Rng rng({}, StreamId::kTest);
    net.initialise(parameters.data(), rng);
    std::vector<float> x(20 * 4), slope(20);
    std::vector<std::int64_t> choices(20);
    for (float& value : x) value = static_cast<float>(normal(rng));
    for (std::size_t r = 0; r < 20; ++r) {
      slope[r] = static_cast<float>(normal(rng));
      choices[r] = static_cast<std::int64_t>(rng() % 3);
    }
    Mlp::Workspace space = net.mlp().workspace();
    std::vector<float> q(20 * 3);
    const auto loss = [&](const Floats& at) {
      net.forward(at.data(), x.data(), 20, space, q.data());
      double sum = 0.0;
      for (std::size_t r = 0; r < 20; ++r) {
        sum += static_cast<double>(slope[r]) *
               static_cast<double>(q[r * 3 + static_cast<std::size_t>(choices[r])]);
      }
      return sum;
    };
    static_cast<void>(loss(parameters));
    net.mlp().transpose(parameters.data(), space);
    net.backward(parameters.data(), x.data(), 20, choices.data(), slope.data(), space,
                 gradient.data());
    for (int round = 0; round < 10; ++round) {
      Floats ahead = parameters, behind = parameters;
      double expected = 0.0;
      for (std::size_t i = 0; i < net.size(); ++i) {
        const auto direction = static_cast<float>(normal(rng));
        if (gradient[i] == 0.0f) continue;  // padding
        ahead[i] += 1e-3f * direction;
        behind[i] -= 1e-3f * direction;
        expected += static_cast<double>(gradient[i]) * static_cast<double>(direction);
      }
      CHECK((loss(ahead) - loss(behind)) / 2e-3 ==
            doctest::Approx(expected).epsilon(0.01).scale(1.0));
    }
  }
}

double huber(float error) {
  const double size = std::abs(static_cast<double>(error));
  return size < 1.0 ? 0.5 * size * size : size - 0.5;
}

TEST_CASE(
    "Errors are Q less reward and what follows, and the gradient is the slope of their loss") {
  constexpr std::size_t kRows = 150, kWidth = 4, kChoices = 3;
  const QNet net(kWidth, {8, 8}, kChoices, Activation::kTanh, false);
  Rng rng({}, StreamId::kTest);
  Floats parameters(net.size()), target(net.size());
  net.initialise(parameters.data(), rng);
  net.initialise(target.data(), rng);
  const auto noise = [&](std::size_t size) {
    std::vector<float> x(size);
    for (float& value : x) value = static_cast<float>(normal(rng));
    return x;
  };
  Replay replay({kRows, kWidth, kChoices, 0.0});
  const std::vector<std::int8_t> mask = {1, 0, 1};
  std::vector<std::vector<float>> before, after;
  for (std::size_t i = 0; i < kRows; ++i) {
    before.push_back(noise(kWidth));
    after.push_back(noise(kWidth));
    replay.add({before[i].data(), after[i].data(), mask.data(),
                static_cast<std::int64_t>(i % kChoices), 0.1 * static_cast<double>(i), 1.0,
                i % 5 == 0 ? 0.0 : 0.9});
  }
  std::vector<std::uint32_t> indices(kRows);
  std::iota(indices.begin(), indices.end(), 0u);
  std::vector<float> weights(kRows);
  for (float& weight : weights) weight = static_cast<float>(0.5 + uniform(rng));
  const ObservationScale scale(kWidth);
  const Rewards rewards({.discount = 0.9, .differential = false, .normalise = false}, 1);
  Mlp::Workspace space = net.mlp().workspace();
  const auto q = [&](const Floats& at, const std::vector<float>& x) {
    std::vector<float> values(kChoices);
    net.forward(at.data(), x.data(), 1, space, values.data());
    return values;
  };
  for (const bool double_q : {false, true}) {
    for (const int threads : {1, 2, 3}) {
      Workers workers(threads);
      QGradient learned(net, replay, scale, rewards, double_q, workers);
      Floats gradient(net.size(), 1.0f);  // what was there is gone
      std::vector<float> errors(kRows);
      const QLoss found = learned.differentiate(parameters.data(), target.data(), indices, weights,
                                                gradient.data(), errors);
      double td = 0.0, mean = 0.0;
      std::vector<float> worth(kRows);
      for (std::size_t i = 0; i < kRows; ++i) {
        const std::vector<float> next = q(target, after[i]);
        const std::vector<float> judge = double_q ? q(parameters, after[i]) : next;
        const float follows = i % 5 == 0 ? 0.0f : 0.9f * next[judge[2] > judge[0] ? 2 : 0];
        const float chosen = q(parameters, before[i])[i % kChoices];
        worth[i] = 0.1f * static_cast<float>(i) + follows;
        CHECK(errors[i] == doctest::Approx(chosen - worth[i]).epsilon(1e-5).scale(1.0));
        td += huber(chosen - worth[i]) * static_cast<double>(weights[i]) / kRows;
        mean += static_cast<double>(chosen) / kRows;
      }
      CHECK(found.td == doctest::Approx(td).epsilon(1e-5));
      CHECK(found.q == doctest::Approx(mean).epsilon(1e-5).scale(1.0));
      // What the choices should be worth does not move with the parameters.
      const auto loss = [&](const Floats& at) {
        double sum = 0.0;
        for (std::size_t i = 0; i < kRows; ++i) {
          sum += huber(q(at, before[i])[i % kChoices] - worth[i]) *
                 static_cast<double>(weights[i]) / kRows;
        }
        return sum;
      };
      for (int round = 0; round < 5; ++round) {
        Floats ahead = parameters, behind = parameters;
        double slope = 0.0;
        for (const Mlp::Layer& layer : net.mlp().layers()) {
          for (std::size_t j = 0; j < layer.out; ++j) {
            for (std::size_t i = 0; i < layer.in; ++i) {
              const std::size_t k = layer.weight(i, j);
              const auto direction = static_cast<float>(normal(rng));
              ahead[k] += 1e-3f * direction;
              behind[k] -= 1e-3f * direction;
              slope += static_cast<double>(gradient[k]) * static_cast<double>(direction);
            }
          }
        }
        CHECK((loss(ahead) - loss(behind)) / 2e-3 ==
              doctest::Approx(slope).epsilon(0.01).scale(1.0));
      }
    }
  }
}

TEST_CASE("A resumed DQN equals one that was not interrupted, its replay included") {
  DqnConfig config = aicmp::config();
  config.n_step = 3;
  config.priority_power = 0.6;
  RunSettings run = dqn_run();
  run.normalise_observations = true;
  run.rewards = {.discount = 0.99, .differential = true, .normalise = true};
  const auto make = [&] {
    return std::make_unique<Dqn>(
        run, config,
        make_environment("AICMP/SelfishMining-v0", {.size = 4, .autoreset = Autoreset::kSameStep},
                         "", {"episode_blocks=20"}));
  };
  const auto whole = make();
  Archive archive;
  for (int i = 0; i < 12; ++i) {
    if (i == 6) whole->save(archive);
    whole->iterate();
  }
  const auto resumed = make();
  resumed->load(archive);
  for (int i = 6; i < 12; ++i) resumed->iterate();
  Archive a, b;
  whole->save(a);
  resumed->save(b);
  for (const char* piece :
       {"parameters", "target", "adam.mean", "replay.transitions", "rewards.sum",
        "replay.priorities", "n_step.numbers", "observed.mean"}) {
    CAPTURE(piece);
    CHECK(a.get(piece) == b.get(piece));
  }
}

TEST_CASE("DQN refuses numbers") {
  CHECK_THROWS_AS(Dqn(dqn_run(), config(), Probe::make({Kind::kTarget}, 4)), ConfigError);
}

}  // namespace
}  // namespace aicmp
