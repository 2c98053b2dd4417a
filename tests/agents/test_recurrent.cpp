#include <cmath>

#include <doctest/doctest.h>

#include "agents/a2c.hpp"
#include "agents/composed_loss.hpp"
#include "agents/dqn.hpp"
#include "agents/evaluation.hpp"
#include "agents/ppo.hpp"
#include "envs/registry.hpp"
#include "sim/base/error.hpp"
#include "sim/policy/inference.hpp"
#include "tests/agents/probe.hpp"
#include "tests/agents/small_run.hpp"

// Policies with a memory.
namespace aicmp {
namespace {

using Kind = ProbeConfig::Kind;

RunSettings recurrent_run(std::size_t lstm_size) {
  RunSettings run = test::small_run();
  run.hidden = {16};
  run.lstm_size = lstm_size;
  return run;
}

PpoConfig recurrent_ppo_config() {
  PpoConfig config;
  config.rollout_steps = 16;
  config.minibatch = 128;
  config.learning_rate = 5e-3;
  config.anneal = false;
  return config;
}

/// Random sequences [steps][envs] with the actions that a random net, asked step by step, chose;
/// episodes end at odd places.
struct Sequences {
  static constexpr std::size_t kSteps = 7;
  static constexpr std::size_t kEnvs = 70;  // more than a chunk
  static constexpr std::size_t kInputs = 5;

  Sequences(ActionHead head, bool masked)
      : net(kInputs, {12}, Activation::kTanh, std::move(head), 9),
        parameters(net.size()),
        space(net.workspace()) {
    net.initialise(parameters.data(), rng);
    for (std::size_t i = 0; i < net.policy().size(); ++i) {  // the last layer is all but zero
      if (parameters[i] != 0.0f) parameters[i] += 0.2f * static_cast<float>(normal(rng));
    }
    const std::size_t rows = kSteps * kEnvs;
    observation.resize(rows * kInputs);
    for (float& x : observation) x = static_cast<float>(normal(rng));
    mask.assign(rows * net.head().outputs(), 1);
    if (masked) {  // the first choice of a set stays
      for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 4 == 0 || uniform(rng) < 0.6;
    }
    ended.resize(rows);
    for (std::uint8_t& end : ended) end = uniform(rng) < 0.2;
    first_state.resize(kEnvs * net.state_width());
    for (std::size_t i = 0; i < first_state.size(); ++i) {
      if (i % padded(9) < 9) first_state[i] = 0.5f * static_cast<float>(normal(rng));
    }
    choices.resize(rows * net.head().sets().size());
    numbers.resize(rows * net.head().numbers());
    log_prob.resize(rows);
    value.resize(rows);
    advantage.resize(rows);
    for (float& x : advantage) x = static_cast<float>(normal(rng));

    Floats state = first_state;
    for (std::size_t t = 0; t < kSteps; ++t) {
      const std::size_t at = t * kEnvs;
      net.act(parameters.data(), observation.data() + at * kInputs, kEnvs,
              mask.data() + at * net.head().outputs(), rng,
              {choices.data() + at * net.head().sets().size(),
               numbers.data() + at * net.head().numbers(), log_prob.data() + at},
              state.data(), value.data() + at, space);
      forget(state, t);
    }
    samples = {
        observation.data(), choices.data(),    numbers.data(), masked ? mask.data() : nullptr,
        log_prob.data(),    advantage.data(),  value.data(),   kSteps,
        ended.data(),       first_state.data()};
  }
  Sequences(const Sequences&) = delete;
  Sequences& operator=(const Sequences&) = delete;

  void forget(Floats& state, std::size_t t) const {
    for (std::size_t i = 0; i < kEnvs; ++i) {
      if (ended[t * kEnvs + i] == 0) continue;
      std::fill_n(state.begin() + static_cast<std::ptrdiff_t>(i * net.state_width()),
                  net.state_width(), 0.0f);
    }
  }

  /// Values of all rows, step by step, by other parameters.
  Floats values(const Floats& other) {
    Floats result(kSteps * kEnvs);
    Floats state = first_state;
    for (std::size_t t = 0; t < kSteps; ++t) {
      net.values(other.data(), observation.data() + t * kEnvs * kInputs, kEnvs, state.data(),
                 result.data() + t * kEnvs, space);
      forget(state, t);
    }
    return result;
  }

  static std::vector<std::uint32_t> rows(const std::vector<std::uint32_t>& envs) {
    std::vector<std::uint32_t> result;
    for (std::uint32_t t = 0; t < kSteps; ++t) {
      for (const std::uint32_t env : envs)
        result.push_back(t * static_cast<std::uint32_t>(kEnvs) + env);
    }
    return result;
  }
  static std::vector<std::uint32_t> all() {
    std::vector<std::uint32_t> envs(kEnvs);
    for (std::uint32_t i = 0; i < kEnvs; ++i) envs[i] = i;
    return rows(envs);
  }

  Rng rng{{}, StreamId::kTest};
  ActorCritic net;
  Floats parameters;
  ActorCritic::Workspace space;
  Floats observation, numbers, log_prob, value, advantage, first_state;
  std::vector<std::int64_t> choices;
  std::vector<std::int8_t> mask;
  std::vector<std::uint8_t> ended;
  PolicySamples samples;
};

PolicyLoss loss_of(const Sequences& sequences, const std::vector<std::uint32_t>& rows,
                   const PolicyLossTerms& terms, Floats& gradient) {
  gradient.assign(sequences.net.size(), 0.0f);
  return ComposedGradient(sequences.net, 1, Device::kCpu)
      .differentiate(sequences.parameters.data(), sequences.samples, rows, terms, gradient.data());
}

TEST_CASE("Sequences at once are the steps one by one, whose episodes end in between") {
  for (const auto& [head, masked] :
       {std::pair{ActionHead({8}, 0), true}, std::pair{ActionHead({4, 4, 4}, 0), true},
        std::pair{ActionHead({}, 3), false}}) {
    Sequences sequences(head, masked);
    Floats gradient;
    // Ratios are 1 and values those that were targets, but for rounding.
    for (const auto& rows : {Sequences::all(), Sequences::rows({3, 68, 0})}) {
      const PolicyLoss loss = loss_of(sequences, rows, {.clip = 0.2}, gradient);
      CHECK(std::abs(loss.approx_kl) < 1e-9);
      CHECK(loss.clipped == 0.0);
      CHECK(loss.value < 1e-10);
    }
    // They would not be without the ends of episodes, nor without what came before.
    std::fill(sequences.ended.begin(), sequences.ended.end(), std::uint8_t{0});
    CHECK(loss_of(sequences, Sequences::all(), {.clip = 0.2}, gradient).value > 1e-3);
    std::fill(sequences.first_state.begin(), sequences.first_state.end(), 0.0f);
    CHECK(loss_of(sequences, Sequences::rows({5}), {.clip = 0.2}, gradient).value > 1e-4);
  }
}

TEST_CASE("The gradient through a memory is the slope of the values step by step") {
  Sequences sequences(ActionHead({8}, 0), false);
  Floats target = sequences.value;
  for (float& x : target) x += static_cast<float>(normal(sequences.rng));
  sequences.samples.value_target = target.data();
  std::fill(sequences.advantage.begin(), sequences.advantage.end(), 0.0f);
  Floats gradient;
  const PolicyLoss loss =
      loss_of(sequences, Sequences::all(), {.clip = 0.2, .value_weight = 1.0}, gradient);
  CHECK(loss.total == doctest::Approx(loss.value));
  const auto value_loss = [&](const Floats& parameters) {
    const Floats value = sequences.values(parameters);
    double sum = 0.0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      sum += std::pow(static_cast<double>(value[i]) - static_cast<double>(target[i]), 2);
    }
    return sum / static_cast<double>(value.size());
  };
  for (int round = 0; round < 20; ++round) {
    constexpr float kStep = 5e-4f;  // as in test_gradients.cpp
    Floats ahead = sequences.parameters;
    Floats behind = sequences.parameters;
    double slope = 0.0;
    for (std::size_t i = 0; i < sequences.net.size(); ++i) {
      if (gradient[i] == 0.0f) continue;
      const auto direction = static_cast<float>(normal(sequences.rng));
      ahead[i] += kStep * direction;
      behind[i] -= kStep * direction;
      slope += static_cast<double>(gradient[i]) * static_cast<double>(direction);
    }
    const double difference =
        (value_loss(ahead) - value_loss(behind)) / (2.0 * static_cast<double>(kStep));
    CHECK(slope == doctest::Approx(difference).epsilon(0.01).scale(1.0));
  }
}

constexpr std::size_t kEpisodes = 2000;

/// Mean score of a policy, each time its most probable action, in fresh worlds.
double score_of(const Learner& learner, const ProbeConfig& probe) {
  const auto env = Probe::make(probe, kEpisodes, Autoreset::kNextStep);
  double sum = 0.0;
  for (const double score : play_episodes(*env, 1000, decide_by(learner.policy()))) sum += score;
  return sum / static_cast<double>(kEpisodes);
}

TEST_CASE("What was shown at first only is remembered, by a policy with a memory alone") {
  // Without one the last choice does not depend on the cue, one of three: it is right in a third of
  // the episodes, with a deviation of sqrt(2 / 9 / 2000) = .0105. With one it can always be right.
  const ProbeConfig probe{Kind::kRecall, 5};  // which does not divide a rollout
  const auto trained = [&](auto algorithm, const auto& config, std::size_t lstm_size, int rounds) {
    using Algorithm = typename decltype(algorithm)::type;
    Algorithm learner(recurrent_run(lstm_size), config, Probe::make(probe, 16));
    for (int i = 0; i < rounds; ++i) learner.iterate();
    return score_of(learner, probe);
  };
  CHECK(trained(std::type_identity<Ppo>{}, recurrent_ppo_config(), 16, 80) > 0.99);
  CHECK(trained(std::type_identity<Ppo>{}, recurrent_ppo_config(), 0, 80) ==
        doctest::Approx(1.0 / 3.0).epsilon(5 * 0.0105).scale(1.0));
  A2cConfig config;
  config.rollout_steps = 10;
  config.learning_rate = 5e-3;
  config.anneal = false;
  CHECK(trained(std::type_identity<A2c>{}, config, 16, 800) > 0.99);
}

TEST_CASE("An episode that was cut off is worth what its final state is worth to the memory") {
  // 1 a step for ever: 1 / (1 - .9) = 10.
  PpoConfig config = recurrent_ppo_config();
  config.entropy_weight = 0.0;
  Ppo ppo(recurrent_run(8), config, Probe::make({Kind::kEndless, 6}, 16));
  for (int i = 0; i < 150; ++i) ppo.iterate();
  const ActorCritic& net = ppo.net();
  ActorCritic::Workspace space = net.workspace();
  Floats state(net.state_width());
  const float x[2] = {0.0f, 0.0f};
  float value = 0.0f;
  for (int step = 0; step < 3; ++step) {
    net.values(ppo.parameters(), x, 1, state.data(), &value, space);
    CHECK(value == doctest::Approx(10.0).epsilon(0.1));
  }
}

std::unique_ptr<Ppo> make_ppo(const char* id) {
  RunSettings run = recurrent_run(12);
  run.normalise_observations = true;
  run.rewards = {.discount = 0.99, .differential = true, .normalise = true};
  PpoConfig config = recurrent_ppo_config();
  config.minibatch = 40;  // two and a half sequences: two
  return std::make_unique<Ppo>(
      run, config, make_environment(id, {.size = 7, .autoreset = Autoreset::kSameStep}));
}

TEST_CASE("A run of a recurrent policy that was resumed equals one that was not") {
  for (const char* id : {"AICMP/SelfishMining-v0", "AICMP/PoolTerms-v0"}) {
    const auto whole = make_ppo(id);
    Archive archive;
    for (int i = 0; i < 6; ++i) {
      if (i == 3) whole->save(archive);
      whole->iterate();
    }
    const auto resumed = make_ppo(id);
    resumed->load(archive);
    for (int i = 3; i < 6; ++i) resumed->iterate();
    CHECK(test::weights(*resumed) == test::weights(*whole));
    Archive a, b;
    whole->save(a);
    resumed->save(b);
    CHECK(a.get("memory") == b.get("memory"));
  }
}

TEST_CASE("A recurrent policy decides outside of the learner as in it") {
  const auto ppo = make_ppo("AICMP/SelfishMining-v0");
  for (int i = 0; i < 3; ++i) ppo->iterate();
  const PolicyModel model = ppo->policy();
  CHECK(model.layers.front().kind == LayerKind::kLstm);
  const PolicyInference inference(model);
  PolicyInference::Workspace scratch;
  const ActorCritic& net = ppo->net();
  ActorCritic::Workspace space = net.workspace();
  Floats mine(net.state_width());
  std::vector<float> theirs(inference.state_width()), outputs(inference.outputs());
  Floats x(net.inputs());
  std::vector<std::int64_t> choices(net.head().sets().size());
  float log_prob = 0.0f;
  Rng rng({}, StreamId::kTest);
  for (int step = 0; step < 50; ++step) {
    std::vector<float> raw(net.inputs());
    for (std::size_t k = 0; k < raw.size(); ++k) {
      raw[k] = static_cast<float>(model.features[k].low) +
               static_cast<float>(uniform(rng)) *
                   static_cast<float>(model.features[k].high - model.features[k].low);
    }
    ppo->observation_scale().apply(raw.data(), 1, x.data());
    net.act(ppo->parameters(), x.data(), 1, nullptr, rng, {choices.data(), nullptr, &log_prob},
            mine.data(), nullptr, space);
    inference.run(1, raw.data(), theirs.data(), outputs.data(), scratch);
    double sum = 0.0;
    for (const float output : outputs) sum += std::exp(static_cast<double>(output));
    const double expected =
        static_cast<double>(outputs[static_cast<std::size_t>(choices[0])]) - std::log(sum);
    CHECK(static_cast<double>(log_prob) == doctest::Approx(expected).epsilon(1e-5));
  }
}

TEST_CASE("What a learner cannot do is refused") {
  const auto env = [] { return Probe::make({Kind::kMatch}, 4); };
  CHECK_THROWS_AS(Dqn(recurrent_run(8), {}, env()), ConfigError);
  RunSettings run = recurrent_run(0);
  run.device = Device::kCuda;
  CHECK_THROWS_AS(Dqn(run, {}, env()), ConfigError);
}

}  // namespace
}  // namespace aicmp
