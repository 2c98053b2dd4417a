#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agents/archive.hpp"
#include "agents/replay.hpp"

namespace aicmp {

/// Joins up to `steps` consecutive transitions of an environment into one: the rewards on the way,
/// discounted, and what the last of them led to (Sutton and Barto, 2018, chapter 7). An episode's
/// end shortens the last ones.
class NStep {
 public:
  NStep(std::size_t steps, std::size_t envs, std::size_t observation);

  /// One step of environment `env`; finished transitions go to `replay`. `step.discount` is
  /// gamma^dt also where the episode ended.
  void add(std::size_t env, const Experience& step, bool terminated, bool ended, Replay& replay);

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  struct Numbers {
    std::int64_t choice;
    double reward;
    double time;
    double discount;  // of all steps joined so far
  };
  struct Queue {  // a ring
    std::size_t first = 0;
    std::size_t size = 0;
  };

  std::size_t steps_;
  std::size_t width_;
  std::vector<Queue> queues_;
  std::vector<Numbers> numbers_;     // [envs][steps]
  std::vector<float> observations_;  // [envs][steps][width]
};

}  // namespace aicmp
