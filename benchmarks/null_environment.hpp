#pragma once

#include "envs/environment.hpp"

namespace aicmp {

/// An environment that costs next to nothing: what is left is the learner. Observations are cheap
/// noise, the reward is 1 for choosing what the first of them says.
class NullEnvironment final : public Environment {
 public:
  NullEnvironment(std::size_t size, std::size_t observations, std::size_t choices) : size_(size) {
    spec_.id = "Null";
    spec_.observation.resize(observations);
    spec_.action.sets = {{"guess", std::vector<std::string>(choices)}};
    spec_.max_steps = 1'000'000'000;
  }

  const EnvSpec& spec() const override { return spec_; }
  std::size_t size() const override { return size_; }
  void seed(std::size_t, std::uint64_t) override {}
  void reset_into(std::span<const std::uint8_t>, const StepBuffers& out) override { observe(out); }
  std::optional<std::size_t> refused(const Actions&) const override { return std::nullopt; }
  void step_into(const Actions& actions, const StepBuffers& out) override {
    for (std::size_t i = 0; i < size_; ++i) {
      const float first = out.observation[i * spec_.observation.size()];
      out.reward[i] = (actions.choices[i] == 0) == (first > 0.0f) ? 1.0 : 0.0;
      out.terminated[i] = out.truncated[i] = false;
      out.info[i] = 1.0;
    }
    observe(out);
  }
  void act(std::size_t, std::span<const double>, std::int64_t*, float*) const override {}
  std::optional<Optimum> optimum() const override { return std::nullopt; }
  bool running(std::size_t) const override { return true; }
  std::string save(std::size_t) const override { return {}; }
  bool restore(std::size_t, const std::string&) override { return true; }
  void observe_into(const StepBuffers&) const override {}

 private:
  void observe(const StepBuffers& out) {
    for (std::size_t k = 0; k < size_ * spec_.observation.size(); ++k) {
      state_ = state_ * 1664525u + 1013904223u;
      out.observation[k] = static_cast<float>(static_cast<std::int32_t>(state_)) * 0x1.0p-31f;
    }
  }

  EnvSpec spec_;
  std::size_t size_;
  std::uint32_t state_ = 1;
};

}  // namespace aicmp
