#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/moments.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/monitor/monitor.hpp"

namespace aicmp {

/// Holds the monitor's notices against the truth, which the pool does not know: the hash rate that
/// each miner really has here, and who withholds. A miner has a drop while its hash rate is less
/// than 1 - slow_loss / 2 of what it truly was while the monitor learned, below which the tests
/// drift towards an alarm. Offline, drop and slow_loss are right within a drop, rise while the hash
/// rate is that much higher, withholding of those who do; latency is not judged.
class Detection {
 public:
  Detection(const MonitorConfig& config, std::vector<bool> withholds);

  /// True hash rates from `now` on.
  void set(Time now, std::span<const double> hashes_per_s);
  /// A look of the monitor and what it noticed.
  void look(Time now, std::span<const Notice> notices, const Monitor& monitor);

  /// From the beginning of a drop to its first notice, hours.
  const Moments& delay_h() const { return delay_h_; }
  /// Drops that were over and nobody had noticed.
  std::int64_t missed() const { return missed_; }
  std::int64_t false_alarms() const { return false_alarms_; }
  /// Time under test of all miners.
  double watched_years() const { return watched_s_ / (kDaysPerYear * kSecondsPerDay); }
  /// From the start to the first notice of each withholder, hours.
  const Moments& withholding_delay_h() const { return withholding_delay_h_; }
  std::int64_t withholders() const { return withholders_; }

 private:
  struct Miner {
    double hashes_per_s = 0.0;
    Time since;
    double learned_hashes = 0.0;
    double learned_s = 0.0;
    bool tested = false;
    bool dropped = false;
    bool over = false;  // since the last look
    Time dropped_at;
    bool withholds = false;
    bool found = false;  // that it does
  };
  void account(Miner& miner, Time now);
  void update(Miner& miner, Time now);
  bool is_right(Miner& miner, const Notice& notice);

  MonitorConfig config_;
  std::vector<Miner> miners_;
  Moments delay_h_;
  Moments withholding_delay_h_;
  std::int64_t withholders_ = 0;
  std::int64_t missed_ = 0;
  std::int64_t false_alarms_ = 0;
  double watched_s_ = 0.0;
};

}  // namespace aicmp
