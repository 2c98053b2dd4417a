#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "envs/spec.hpp"
#include "envs/workers.hpp"

namespace aicmp {

/// What happens to an episode that has ended (Gymnasium's three modes).
enum class Autoreset {
  kNextStep,  // the next step ignores its action and returns the first observation
  kSameStep,  // the same step returns it; what was final goes to the final_ buffers
  kDisabled,  // nothing until reset
};

/// Caller-owned memory for `size()` environments, all rows contiguous.
struct StepBuffers {
  float* observation = nullptr;        // [size][observation]
  double* reward = nullptr;            // [size]
  bool* terminated = nullptr;          // [size]
  bool* truncated = nullptr;           // [size]
  double* info = nullptr;              // [info_width][size]: a field after the other
  std::int8_t* mask = nullptr;         // [size][choices()], only if the action is masked
  float* final_observation = nullptr;  // kSameStep: as observation, rows of ended episodes
  double* final_info = nullptr;        // kSameStep: as info
  std::int8_t* final_mask = nullptr;   // kSameStep: as mask
};

/// Actions of `size()` environments: one of the two, as the spec says.
struct Actions {
  const std::int64_t* choices = nullptr;  // [size][sets]
  const float* numbers = nullptr;         // [size][numbers]
};

struct BatchOptions {
  std::size_t size = 1;
  int threads = 1;  // in step and reset, when the batch is large enough to gain
  Autoreset autoreset = Autoreset::kNextStep;
  /// Worlds of one split never meet those of another, whatever the seeds: 0 train, 1 held out.
  std::uint32_t split = 0;
  bool oracle = false;  // append EnvSpec::oracle to the observations
  /// An episode is truncated after so many steps, or after those of the spec; 0: the spec's.
  std::int64_t max_steps = 0;
  /// The threads, where somebody else uses them too; nullptr: threads of its own.
  std::shared_ptr<Workers> workers = nullptr;
};

/// A batch of equal, independent decision problems. Row i depends on its own seed and actions only:
/// not on the batch size, the threads or the other rows.
class Environment {
 public:
  virtual ~Environment() = default;

  virtual const EnvSpec& spec() const = 0;
  virtual std::size_t size() const = 0;

  /// Gives row `i` a seed; its next reset starts episode 0 of it.
  virtual void seed(std::size_t i, std::uint64_t seed) = 0;
  /// Starts the next episode of the rows in `rows` (empty: all); others keep their buffers.
  virtual void reset_into(std::span<const std::uint8_t> rows, const StepBuffers& out) = 0;
  /// The first row whose action is impossible (not a choice, masked, not finite, out of range), or
  /// which has no running episode; nothing if step_into may be called.
  virtual std::optional<std::size_t> refused(const Actions& actions) const = 0;
  /// One step of every row. Actions must not be refused.
  virtual void step_into(const Actions& actions, const StepBuffers& out) = 0;

  /// What a named policy does now, for every running row: into `choices` or `numbers`, as in
  /// Actions. A rule of a pool learns from act to act, so it must be asked before every step.
  virtual void act(std::size_t policy, std::span<const double> parameters, std::int64_t* choices,
                   float* numbers) const = 0;
  /// The optimum of the problem, if it is known.
  virtual std::optional<Optimum> optimum() const = 0;

  /// True while row i has an episode that can be stepped.
  virtual bool running(std::size_t i) const = 0;
  /// Everything about row i as bytes, to be restored into an equal environment.
  virtual std::string save(std::size_t i) const = 0;
  /// False if the bytes are not of such a row.
  virtual bool restore(std::size_t i, const std::string& bytes) = 0;
  /// Writes the present observation and mask of every row that was ever reset.
  virtual void observe_into(const StepBuffers& out) const = 0;
};

}  // namespace aicmp
