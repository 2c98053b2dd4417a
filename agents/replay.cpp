#include "agents/replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/base/distributions.hpp"
#include "sim/base/error.hpp"

namespace aicmp {

Replay::Replay(const Shape& shape)
    : shape_(shape),
      transitions_(shape.capacity * stride()),
      next_mask_(shape.capacity * shape.mask) {
  if (shape.priority_power > 0.0) priorities_.emplace(shape.capacity);
}

void Replay::add(const Experience& experience) {
  const std::size_t width = shape_.observation;
  float* transition = transitions_.data() + next_ * stride();
  std::copy_n(experience.observation, width, transition);
  std::copy_n(experience.next_observation, width, transition + width);
  const Numbers numbers{experience.choice, experience.reward, experience.time, experience.discount};
  std::memcpy(transition + 2 * width, &numbers, sizeof numbers);
  if (shape_.mask > 0) {
    std::copy_n(experience.next_mask, shape_.mask, next_mask_.data() + next_ * shape_.mask);
  }
  if (priorities_) priorities_->set(next_, largest_);
  next_ = (next_ + 1) % shape_.capacity;
  size_ = std::max(size_, next_ == 0 ? shape_.capacity : next_);
}

std::size_t Replay::draw_evenly(Rng& rng) const {
  return static_cast<std::size_t>(uniform(rng) * static_cast<double>(size_));
}

void Replay::draw(Rng& rng, std::span<std::uint32_t> indices) const {
  AICMP_ASSERT(size_ > 0);
  for (std::uint32_t& index : indices) {
    index = static_cast<std::uint32_t>(
        priorities_ ? priorities_->find(uniform(rng) * priorities_->total()) : draw_evenly(rng));
  }
}

void Replay::prefetch(Rng rng, std::size_t count) const {
  if (priorities_) return;  // they change before the draw
  constexpr std::size_t kLine = 64 / sizeof(float);
  for (std::size_t i = 0; i < count; ++i) {
    const float* transition = transitions_.data() + draw_evenly(rng) * stride();
    for (std::size_t k = 0; k < stride(); k += kLine) __builtin_prefetch(transition + k);
    __builtin_prefetch(transition + stride() - 1);
  }
}

Experience Replay::at(std::size_t index) const {
  const float* transition = transitions_.data() + index * stride();
  Numbers numbers;
  std::memcpy(&numbers, transition + 2 * shape_.observation, sizeof numbers);
  return {transition,
          transition + shape_.observation,
          shape_.mask > 0 ? next_mask_.data() + index * shape_.mask : nullptr,
          numbers.choice,
          numbers.reward,
          numbers.time,
          numbers.discount};
}

void Replay::weights(std::span<const std::uint32_t> indices, double power,
                     std::span<float> out) const {
  std::fill(out.begin(), out.end(), 1.0f);
  if (!priorities_) return;
  double largest = 0.0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const double part = priorities_->get(indices[i]) / priorities_->total();
    const double weight = std::pow(static_cast<double>(size_) * part, -power);
    out[i] = static_cast<float>(weight);
    largest = std::max(largest, weight);
  }
  for (float& weight : out) weight /= static_cast<float>(largest);
}

void Replay::set_error(std::size_t index, double error) {
  if (!priorities_) return;
  constexpr double kLeast = 1e-6;
  const double priority = std::pow(std::abs(error) + kLeast, shape_.priority_power);
  priorities_->set(index, priority);
  largest_ = std::max(largest_, priority);
}

void Replay::save(Archive& archive) const {
  archive.put("replay.size", size_);
  archive.put("replay.next", next_);
  archive.put("replay.largest", largest_);
  archive.put("replay.transitions", transitions_.data(), size_ * stride());
  archive.put("replay.next_mask", next_mask_.data(), size_ * shape_.mask);
  std::vector<double> priorities(priorities_ ? size_ : 0);
  for (std::size_t i = 0; i < priorities.size(); ++i) priorities[i] = priorities_->get(i);
  archive.put("replay.priorities", priorities.data(), priorities.size());
}

void Replay::load(const Archive& archive) {
  archive.get("replay.size", size_);
  archive.get("replay.next", next_);
  archive.get("replay.largest", largest_);
  if (size_ > shape_.capacity) {
    throw ConfigError({}, "dqn.replay_size", "the checkpoint holds more transitions");
  }
  archive.get("replay.transitions", transitions_.data(), size_ * stride());
  archive.get("replay.next_mask", next_mask_.data(), size_ * shape_.mask);
  std::vector<double> priorities(priorities_ ? size_ : 0);
  archive.get("replay.priorities", priorities.data(), priorities.size());
  for (std::size_t i = 0; i < priorities.size(); ++i) priorities_->set(i, priorities[i]);
}

}  // namespace aicmp
