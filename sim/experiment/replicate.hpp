#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sim/experiment/live_run.hpp"
#include "sim/experiment/measures.hpp"
#include "sim/experiment/recorder.hpp"
#include "sim/experiment/scenario.hpp"

namespace aicmp {

struct ReplicationPlan {
  std::int64_t first = 0;  // of the worlds to run
  std::int64_t replications = 1;
  int threads = 1;
  Recorder* recorder = nullptr;                  // of world 0
  LiveRun* live = nullptr;                       // paces the recorded world
  std::function<void(double days)> on_progress;  // simulated days done; from any thread
  const std::atomic<bool>* interrupt = nullptr;  // stop at the next consistent state
};

struct ReplicationResults {
  /// Measures of every finished replication, in order of replication. Under an interrupt world 0 is
  /// measured as far as it went, the others only if they were finished.
  std::vector<std::vector<Measure>> measures;
  bool interrupted = false;
};

/// Runs worlds first..first+replications-1 of the scenario's seed. The results are the same for any
/// number of threads, and for one long plan as for several short ones. Throws what a world's
/// constructor throws, before anything runs.
ReplicationResults replicate(const Scenario& scenario, const ReplicationPlan& plan);

/// The same where one replication is a world of each scenario, all on the same random numbers: its
/// measures are those of the first, and of the schemes of the others. The recorder sees the first.
ReplicationResults replicate(std::span<const Scenario> worlds, const ReplicationPlan& plan);

}  // namespace aicmp
