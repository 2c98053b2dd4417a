#pragma once

#include <memory>

#include "envs/batch.hpp"
#include "sim/base/distributions.hpp"

namespace aicmp {

/// Problems so small that it is plain what a learner must find out, each with one thing to get
/// right (after Andy Jones, "Debugging RL without the agonizing pain").
struct ProbeConfig {
  enum class Kind {
    kConstant,  // one step, reward 1
    kObserved,  // one step, reward = the observation, -1 or 1
    kTwoSteps,  // two steps, reward 1 after the second
    kChoice,    // one step, reward 1 for choice 1, else -1
    kMatch,     // one step, reward 1 for the choice that the observation shows, else 0
    kMatchTwo,  // the same with what it does not show masked out, but for the neighbour
    kEndless,   // reward 1 a step, truncated after `steps`, which it does not show
    kCut,       // the same, shown
    kEnding,    // the same, terminated
    kTarget,    // continuous: reward -(number - observation)^2
    kRecall,    // after `steps`, reward 1 for the choice that the first observation showed, else 0
    kUneven,    // reward 1 for choice 1 and dt 1, or reward 1.5 for choice 0 and dt 3
  };
  Kind kind = Kind::kConstant;
  std::int64_t steps = 10;
};

class Probe {
 public:
  using Kind = ProbeConfig::Kind;
  struct State {
    Rng rng{WorldKey{}, StreamId::kTest};
    int shown = 0;
    int cue = 0;
    std::int64_t step = 0;
  };

  explicit Probe(const ProbeConfig& config) : config_(config) {
    spec_.id = "Probe";
    spec_.observation = {{"shown", "", -10.0, 10.0, ""}, {"step", "", 0.0, 100.0, ""}};
    if (config.kind == Kind::kTarget) {
      spec_.action.numbers = {{"number", "", -4.0, 4.0, ""}};
    } else {
      spec_.action.sets = {{"guess", {"zero", "one", "two"}}};
      spec_.action.masked = config.kind == Kind::kMatchTwo;
    }
    spec_.parts = {{"reward", "", 0, 0, ""}};
    if (config.kind == Kind::kUneven) spec_.score = Score::kRate;
    spec_.max_steps = 1'000'000;
  }

  const EnvSpec& spec() const { return spec_; }
  void reset(State& state, const WorldKey& key) const {
    state = State{.rng = Rng(key, StreamId::kTest)};
    show(state);
  }
  bool allows(const State& state, std::size_t, std::int64_t choice) const {
    return config_.kind != Kind::kMatchTwo || choice == state.shown + 1 ||
           choice == (state.shown + 2) % 3;
  }
  Transition step(State& state, const Action& action, std::span<double> numbers) const {
    ++state.step;
    Transition transition{.terminated = true};
    const bool last = state.step >= config_.steps;
    switch (config_.kind) {
      case Kind::kConstant:
        numbers[0] = 1.0;
        break;
      case Kind::kObserved:
        numbers[0] = state.shown;
        break;
      case Kind::kTwoSteps:
        transition.terminated = state.step == 2;
        numbers[0] = transition.terminated ? 1.0 : 0.0;
        break;
      case Kind::kChoice:
        numbers[0] = action.choice() == 1 ? 1.0 : -1.0;
        break;
      case Kind::kMatch:
      case Kind::kMatchTwo:
        numbers[0] = action.choice() == state.shown + 1 ? 1.0 : 0.0;
        break;
      case Kind::kEndless:
      case Kind::kCut:
        numbers[0] = 1.0;
        transition = {.truncated = last};
        break;
      case Kind::kEnding:
        numbers[0] = 1.0;
        transition = {.terminated = last};
        break;
      case Kind::kTarget:
        numbers[0] = -std::pow(static_cast<double>(action.numbers[0]) - state.shown, 2);
        break;
      case Kind::kRecall:
        if (state.step == 1) state.cue = state.shown;
        numbers[0] = last && action.choice() == state.cue + 1 ? 1.0 : 0.0;
        transition = {.terminated = last};
        break;
      case Kind::kUneven:
        numbers[0] = action.choice() == 1 ? 1.0 : 1.5;
        transition = {.dt = action.choice() == 1 ? 1.0 : 3.0, .truncated = last};
        break;
    }
    show(state);
    return transition;
  }
  void observe(const State& state, std::span<float> out) const {
    out[0] = static_cast<float>(state.shown);
    // The final state of an episode that was cut off must look like one that was learned from.
    out[1] = static_cast<float>(config_.kind == Kind::kEndless ? 0 : state.step);
  }
  /// A teacher who is wrong where it can be: the opposite of what is shown, or twice that.
  void act(std::size_t, std::span<const double>, const State& state,
           const Decision& decision) const {
    if (!decision.choices.empty()) decision.choices[0] = 1 - state.shown;
    if (!decision.numbers.empty()) decision.numbers[0] = 2.0f * static_cast<float>(state.shown);
  }
  std::optional<Optimum> optimum() const { return std::nullopt; }

  static std::unique_ptr<Environment> make(const ProbeConfig& config, std::size_t size,
                                           Autoreset autoreset = Autoreset::kSameStep) {
    const BatchOptions options{.size = size, .autoreset = autoreset};
    return std::make_unique<Batch<Probe>>(Probe(config), options);
  }

 private:
  /// -1, 0 or 1; never 0 where the reward is what is shown, and 0 where it is to be remembered.
  void show(State& state) const {
    if (config_.kind == Kind::kRecall && state.step > 0) {
      state.shown = 0;
      return;
    }
    const double draw = uniform(state.rng);
    state.shown =
        config_.kind == Kind::kObserved ? (draw < 0.5 ? -1 : 1) : static_cast<int>(draw * 3.0) - 1;
  }

  ProbeConfig config_;
  EnvSpec spec_;
};

}  // namespace aicmp
