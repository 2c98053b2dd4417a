#include "agents/n_step.hpp"

#include <algorithm>

namespace aicmp {

NStep::NStep(std::size_t steps, std::size_t envs, std::size_t observation)
    : steps_(steps),
      width_(observation),
      queues_(envs),
      numbers_(envs * steps),
      observations_(envs * steps * observation) {}

void NStep::add(std::size_t env, const Experience& step, bool terminated, bool ended,
                Replay& replay) {
  Queue& queue = queues_[env];
  Numbers* numbers = numbers_.data() + env * steps_;
  float* observations = observations_.data() + env * steps_ * width_;
  const std::size_t last = (queue.first + queue.size) % steps_;
  std::copy_n(step.observation, width_, observations + last * width_);
  numbers[last] = {step.choice, 0.0, 0.0, 1.0};
  ++queue.size;
  for (std::size_t k = 0; k < queue.size; ++k) {
    Numbers& n = numbers[(queue.first + k) % steps_];
    n.reward += n.discount * step.reward;
    n.time += n.discount * step.time;
    n.discount *= step.discount;
  }
  while (queue.size == steps_ || (ended && queue.size > 0)) {
    const Numbers& n = numbers[queue.first];
    replay.add({observations + queue.first * width_, step.next_observation, step.next_mask,
                n.choice, n.reward, n.time, terminated ? 0.0 : n.discount});
    queue.first = (queue.first + 1) % steps_;
    --queue.size;
  }
}

void NStep::save(Archive& archive) const {
  archive.put("n_step.queues", queues_.data(), queues_.size());
  archive.put("n_step.numbers", numbers_.data(), numbers_.size());
  archive.put("n_step.observations", observations_.data(), observations_.size());
}

void NStep::load(const Archive& archive) {
  archive.get("n_step.queues", queues_.data(), queues_.size());
  archive.get("n_step.numbers", numbers_.data(), numbers_.size());
  archive.get("n_step.observations", observations_.data(), observations_.size());
}

}  // namespace aicmp
