#include "agents/training.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "agents/trained_policy.hpp"

namespace aicmp {
namespace {

/// True if a multiple of `every` lies in (before, now].
bool passed(std::int64_t before, std::int64_t now, std::int64_t every) {
  return before / every != now / every;
}

void write_checkpoint(const Learner& learner, const TrainingRun& run) {
  Archive archive;
  learner.save(archive);
  put_policy(archive, learner.policy());
  run.on_checkpoint(archive);
  archive.write(run.checkpoint);
}

}  // namespace

bool train(Learner& learner, const TrainingRun& run) {
  while (learner.steps() < run.total_steps) {
    const std::int64_t before = learner.steps();
    try {
      learner.iterate();
    } catch (const Diverged& error) {
      std::error_code ignored;
      const bool saved = std::filesystem::exists(run.checkpoint, ignored);
      throw Diverged(fmt::format("{}; {}", error.what(),
                                 saved ? "the last good state is in " + run.checkpoint
                                       : "that was before the first checkpoint"));
    }
    const std::int64_t now = learner.steps();
    const TrainingState state{now, now - before, learner.metrics()};
    const bool interrupted = run.interrupt->load(std::memory_order_relaxed);
    const bool last = now >= run.total_steps;
    run.on_progress(state);
    if (last || passed(before, now, run.log_steps)) run.on_log(state);
    if (last || interrupted || passed(before, now, run.checkpoint_steps)) {
      write_checkpoint(learner, run);
    }
    if (interrupted && !last) return false;
  }
  return true;
}

}  // namespace aicmp
