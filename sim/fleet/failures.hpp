#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/base/options.hpp"
#include "sim/base/random.hpp"

namespace aicmp {

/// What can be wrong with a machine; at most one thing at a time.
enum class Fault : std::uint8_t {
  kNone,
  kBoard,       // one of the boards is lost
  kFan,         // stops, as there is no air
  kPsu,         // stops
  kSlowLoss,    // loses hash rate day by day at full power
  kConnection,  // works for nobody
  kClock,       // the wrong time: every share is refused
  kFirmware,    // hangs until its watchdog starts it again
};
inline constexpr std::size_t kFaults = 7;  // beside none

const char* name_of(Fault fault);

/// A kind of failure: Poisson while the machine draws power, repaired after an exponential time.
struct FailureMode {
  double mtbf_days = 0.0;  // mean working time to the failure; 0 is never
  double repair_hours = 1.0;
  double repair_cost_usd = 0.0;
};

/// Options `machines.failures.*` of a group. The defaults are assumptions in the order of what
/// operators tell of, not measurements.
struct FailureConfig {
  /// In the order of Fault, from kBoard.
  std::array<FailureMode, kFaults> modes = {{{5000.0, 240.0, 250.0},
                                             {3000.0, 24.0, 20.0},
                                             {4000.0, 72.0, 150.0},
                                             {4000.0, 500.0, 100.0},
                                             {60.0, 0.5, 0.0},
                                             {2000.0, 6.0, 0.0},
                                             {90.0, 0.2, 0.0}}};
  std::int64_t boards = 3;
  double slow_loss_per_day = 0.02;
  double wear_doubles_per_k = 20.0;  // K above the target that double all rates; 0 is no effect
};

void add_options(OptionTable& table, FailureConfig& config, const std::string& prefix);

/// Failures and repairs of machines as alternating renewal processes: a machine's time to failure
/// is a unit exponential consumed at its hazard rate, so that heat can speed it up and the draws
/// depend on nothing but (world, group, machine, count of failures): StreamId::kFailures.
class Failures {
 public:
  /// Machines are numbered within their group.
  Failures(const FailureConfig& config, const WorldKey& key, std::uint32_t group);

  /// Failures per second of working time at the target temperature, all modes together.
  double hazard_per_s() const { return hazard_per_s_; }
  /// Factor on it at a temperature above the target.
  double acceleration(double above_target_k) const;

  struct Draw {
    Fault fault = Fault::kNone;
    double repair_s = 0.0;
    double exposure = 0.0;  // of the next failure: unit exponential
  };
  /// The exposure at which a new machine fails first.
  double first_exposure(std::uint32_t machine) const;
  /// The `count`-th failure of a machine, from 1.
  Draw draw(std::uint32_t machine, std::uint32_t count) const;
  double repair_cost_usd(Fault fault) const { return mode(fault).repair_cost_usd; }

  /// Hash rate and power of a faulty machine over those of a sound one, `age_s` after the failure.
  double hash_part(Fault fault, double age_s) const;
  static double power_part(Fault fault);
  /// Integral of hash_part over [from_s, to_s] of the age.
  double hash_seconds(Fault fault, double from_s, double to_s) const;

  /// Part of the working time of an always running machine that it is sound: 1 / (1 + sum of
  /// repair time over time to failure).
  double availability() const;

 private:
  const FailureMode& mode(Fault fault) const {
    return config_.modes[static_cast<std::size_t>(fault) - 1];
  }

  FailureConfig config_;
  r123::Philox4x32::key_type key_;
  std::uint32_t first_block_;
  double hazard_per_s_ = 0.0;
};

}  // namespace aicmp
