#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/units.hpp"

namespace aicmp {

/// When the pool tells a miner that its machines are hot.
struct TemperatureConfig {
  double hot_c = 75.0;        // of the boards; where the owner sets no other
  double band_k = 3.0;        // a machine is cool again so far below
  double again_hours = 24.0;  // between notices to one miner, at least
};

/// Options `pool.monitor.temperature.*`.
void add_options(OptionTable& table, TemperatureConfig& config);

/// What a machine's firmware tells the pool of its boards.
struct BoardReport {
  std::uint32_t miner = 0;
  double celsius = 0.0;
  double hot_c = 0.0;  // from which its owner wants to know; 0: as the pool has it
};

/// Machines of a miner got hot.
struct HotNotice {
  Time time;
  std::uint32_t miner = 0;
  std::int64_t machines = 0;  // hot ones, told of before or not
  double hottest_c = 0.0;
};

/// Holds the temperatures that machines report against a threshold with hysteresis. A miner gets
/// one notice for all its machines, and a new one only for others than those it was told of.
class TemperatureWatch {
 public:
  explicit TemperatureWatch(const TemperatureConfig& config) : config_(config) {}

  /// Reports of all machines, always in the same order, those of a miner next to each other.
  std::vector<HotNotice> look(Time now, std::span<const BoardReport> reports);

  std::int64_t notices() const { return count_; }
  /// Notices to a miner.
  std::int64_t notices(std::uint32_t miner) const;
  /// How often a machine got hot; 0 where none reported.
  std::uint32_t times_hot(std::size_t machine) const;

 private:
  enum class State : std::uint8_t { kCool, kHot, kTold };
  struct Machine {
    State state = State::kCool;
    std::uint32_t times = 0;
  };
  struct Miner {
    std::int64_t notices = 0;
    Time last;
  };
  void update(Machine& machine, const BoardReport& report) const;

  TemperatureConfig config_;
  std::vector<Machine> machines_;
  std::vector<Miner> miners_;
  std::int64_t count_ = 0;
};

}  // namespace aicmp
