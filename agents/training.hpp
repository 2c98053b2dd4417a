#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "agents/learner.hpp"

namespace aicmp {

/// Where a run is and what its last iteration measured.
struct TrainingState {
  std::int64_t steps = 0;
  std::int64_t new_steps = 0;  // since the last call
  Metrics metrics;
};

/// A run of a learner to its last step, with what it leaves behind.
struct TrainingRun {
  std::int64_t total_steps = 0;
  std::int64_t log_steps = 0;
  std::int64_t checkpoint_steps = 0;
  std::string checkpoint;  // path of the file
  const std::atomic<bool>* interrupt = nullptr;
  /// After every iteration.
  std::function<void(const TrainingState&)> on_progress;
  /// Every `log_steps`, and at the end.
  std::function<void(const TrainingState&)> on_log;
  /// Adds to a checkpoint what is not the learner's.
  std::function<void(Archive&)> on_checkpoint;
};

/// Runs `learner` on until its steps are done; false if it was interrupted. A checkpoint is written
/// every `checkpoint_steps`, at the end and on an interrupt. When learning goes wrong, Diverged
/// names the last good one.
bool train(Learner& learner, const TrainingRun& run);

}  // namespace aicmp
