#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agents/archive.hpp"
#include "agents/floats.hpp"
#include "agents/sum_tree.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// A transition over one or more steps, as it is learned from.
struct Experience {
  const float* observation;
  const float* next_observation;
  const std::int8_t* next_mask;  // nullptr: everything may be chosen
  std::int64_t choice;
  double reward;    // discounted sum
  double time;      // sum of dt, discounted likewise
  double discount;  // of the value of what follows; 0: nothing does
};

/// The last transitions of a learner, drawn uniformly or by priority (Schaul et al.,
/// arXiv:1511.05952).
class Replay {
 public:
  struct Shape {
    std::size_t capacity;
    std::size_t observation;
    std::size_t mask;       // 0: nothing is masked
    double priority_power;  // 0: uniform
  };
  explicit Replay(const Shape& shape);

  std::size_t size() const { return size_; }
  void add(const Experience& experience);
  /// Draws indices with repetition. `size()` > 0.
  void draw(Rng& rng, std::span<std::uint32_t> indices) const;
  /// Lets what draw() will give with `rng` be fetched meanwhile from anywhere in memory, if nothing
  /// is added before. Nothing if not uniform.
  void prefetch(Rng rng, std::size_t count) const;
  Experience at(std::size_t index) const;

  /// Corrects for an uneven draw: (size P)^-power over the largest of `indices`. 1 if uniform.
  void weights(std::span<const std::uint32_t> indices, double power, std::span<float> out) const;
  /// |error| of the last update sets how often an index is drawn. Nothing if uniform.
  void set_error(std::size_t index, double error);

  void save(Archive& archive) const;
  void load(const Archive& archive);

 private:
  struct Numbers {
    std::int64_t choice;
    double reward;
    double time;
    double discount;
  };

  std::size_t draw_evenly(Rng& rng) const;
  /// Floats that a transition takes.
  std::size_t stride() const { return 2 * shape_.observation + sizeof(Numbers) / sizeof(float); }

  Shape shape_;
  std::size_t size_ = 0;
  std::size_t next_ = 0;
  double largest_ = 1.0;  // priority of what is new
  // Of each transition the observations before and after and its numbers, side by side, for they
  // are fetched from anywhere in memory.
  Floats transitions_;
  std::vector<std::int8_t> next_mask_;
  std::optional<SumTree> priorities_;
};

}  // namespace aicmp
