#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <string>

#include "sim/experiment/machine_states.hpp"
#include "sim/experiment/recorder.hpp"
#include "sim/experiment/run_folder.hpp"
#include "sim/experiment/world.hpp"

namespace aicmp {

/// A run at the pace of a clock, into which owners can reach.
///
/// `settings.json` of the run folder, replaced as a whole by whoever serves it, maps numbers of
/// miners to limits of their machines: {"17": {"max_power_w": 2500, "throttle_c": 73, "off_c":
/// 78}}, with any of the keys. It is read before each control period; what is new takes effect at
/// the next control point and is an event in events.jsonl, and so is what must be refused.
///
/// Once a second, miners.csv, shares.csv and machine_states.csv show the present state.
class LiveRun {
 public:
  /// `speed`: simulated seconds per second. `folder` and `recorder` must outlive the run.
  LiveRun(RunFolder& folder, Recorder& recorder, double speed);

  /// Waits until a control period may be over, and lets the world live through it; returns early
  /// if `interrupt` is set.
  void advance(World& world, const std::atomic<bool>* interrupt);

 private:
  using Clock = std::chrono::steady_clock;

  void read_settings(World& world);
  void set(World& world, std::uint32_t miner, const OwnerLimits& limits);
  void show(const World& world);

  RunFolder& folder_;
  Recorder& recorder_;
  double speed_;
  Clock::time_point start_;
  Clock::time_point shown_;
  std::string settings_;  // as last read
  std::map<std::uint32_t, OwnerLimits> limits_;
  MachineStates states_;
};

}  // namespace aicmp
