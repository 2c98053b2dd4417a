#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/options.hpp"
#include "sim/base/units.hpp"
#include "sim/pool/monitor/cusum.hpp"
#include "sim/pool/monitor/rate_estimates.hpp"
#include "sim/pool/monitor/temperature_watch.hpp"
#include "sim/pool/monitor/traffic_watch.hpp"
#include "sim/pool/share_source.hpp"

namespace aicmp {

/// How the pool watches its miners: estimates of their hash rates, and tests against what they
/// were like while it learned.
struct MonitorConfig {
  bool enabled = false;
  double interval_min = 5.0;  // between looks
  double tau_min = 60.0;      // of the decaying estimate and of the posterior's memory
  double prior_shares = 10.0;
  double learn_hours = 24.0;           // until a reference is fixed; again after every notice
  double false_alarms_per_year = 0.1;  // of each test, per miner, at most
  double drop = 1.0 / 3.0;             // part of the hash rate that is gone: one of three boards
  double slow_loss = 0.1;
  double rise = 0.5;
  double stale_factor = 5.0;  // by which the stale part grows in a latency spike
  double withheld = 0.9;      // part of the blocks that a withholder keeps
  TemperatureConfig temperature;
};

/// Options `pool.monitor.*`.
void add_options(OptionTable& table, MonitorConfig& config);

enum class NoticeKind { kOffline, kDrop, kSlowLoss, kRise, kLatency, kWithholding };
inline constexpr std::size_t kNoticeKinds = 6;
/// As in events.jsonl: "offline", "drop", "slow_loss", "rise", "latency", "withholding".
const char* name_of(NoticeKind kind);
/// Whether a notice says that hash rate went.
bool is_loss(NoticeKind kind);

struct Notice {
  Time time;
  std::uint32_t miner = 0;
  NoticeKind kind = NoticeKind::kOffline;
  double reference_hashes_per_s = 0.0;  // what it was measured against
  double estimate_hashes_per_s = 0.0;   // over the last window
};

/// What the pool has seen of its miners since the start.
struct SeenByPool {
  std::span<const double> work;  // accepted, by miner
  const ShareSource& shares;
  double network_difficulty = 0.0;
};

/// Watches all miners. Knows what a real pool knows: accepted shares, stale ones, blocks.
class Monitor {
 public:
  Monitor(const MonitorConfig& config, std::size_t miners);

  bool enabled() const { return config_.enabled; }
  Time interval() const { return Time::seconds(60.0 * config_.interval_min); }
  void count_block(std::uint32_t miner);
  /// A look at the intake and at every miner; notices in order of miner, then kind.
  std::vector<Notice> look(Time now, const SeenByPool& seen);

  double windowed_hashes_per_s(std::uint32_t miner) const;
  double decaying_hashes_per_s(std::uint32_t miner) const;
  double posterior_hashes_per_s(std::uint32_t miner) const;
  /// Whether a miner's reference is not fixed yet, so that it is not tested.
  bool learns(std::uint32_t miner) const;
  const TrafficWatch& traffic() const { return traffic_; }
  std::int64_t notices(std::uint32_t miner) const { return miners_[miner].notices; }
  std::int64_t notices(NoticeKind kind) const { return by_kind_[static_cast<std::size_t>(kind)]; }

 private:
  struct Miner {
    WindowedRate windowed;
    DecayingRate decaying;
    GammaRate posterior;
    double seen_shares = 0.0;  // totals at the last look
    double seen_work = 0.0;
    double seen_stale = 0.0;
    double blocks = 0.0;  // since the last look
    double learned_s = 0.0;
    double learned_work = 0.0;
    double learned_shares = 0.0;
    double learned_stale = 0.0;
    std::array<Cusum, kNoticeKinds> tests{};
    std::int64_t notices = 0;
  };
  void test(Miner& miner, const SeenShares& seen, double stale, double network_difficulty);
  void learn(Miner& miner, const SeenShares& seen, double stale);
  void forget(Miner& miner);

  MonitorConfig config_;
  double threshold_;
  std::vector<Miner> miners_;
  TrafficWatch traffic_;
  std::array<std::int64_t, kNoticeKinds> by_kind_{};
  Time last_look_;
};

}  // namespace aicmp
