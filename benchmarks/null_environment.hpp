#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "envs/environment.hpp"

namespace aicmp {

/// An environment that costs next to nothing: what is left is the learner. Observations are noise,
/// the reward is 1 for choosing what the first of them says.
class NullEnvironment final : public Environment {
 public:
  NullEnvironment(std::size_t size, std::size_t observations, std::size_t choices) : size_(size) {
    spec_.id = "Null";
    spec_.observation.resize(observations);
    spec_.action.sets = {{"guess", std::vector<std::string>(choices)}};
    spec_.max_steps = 1'000'000'000;
    noise_.resize(kRows * size * observations);
    std::uint32_t state = 1;
    for (float& x : noise_) {
      state = state * 1664525u + 1013904223u;
      x = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1.0p-31f;
    }
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
    const std::size_t width = noise_.size() / kRows;
    std::copy_n(noise_.data() + at_ * width, width, out.observation);
    at_ = (at_ + 1) % kRows;
  }

  static constexpr std::size_t kRows = 64;

  EnvSpec spec_;
  std::size_t size_;
  std::vector<float> noise_;  // drawn once
  std::size_t at_ = 0;
};

}  // namespace aicmp
