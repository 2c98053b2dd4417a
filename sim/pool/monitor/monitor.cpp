#include "sim/pool/monitor/monitor.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/error.hpp"

namespace aicmp {
namespace {

constexpr double kMinutesPerYear = kDaysPerYear * 1440.0;
constexpr double kLeastLearnedShares = 100.0;
constexpr double kUnseen = 1.0;  // stale shares that might have come while learning
constexpr double kMostStale = 0.5;
// A reference is taken to be off against the alarm by so many of its standard errors.
constexpr double kSigmas = 3.0;

std::size_t index(NoticeKind kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

void add_options(OptionTable& table, MonitorConfig& config) {
  const Limits part{.min = 0.0, .max = 1.0, .min_open = true, .max_open = true};
  table.add("pool.monitor.enabled", config.enabled,
            "Estimate every miner's hash rate from its shares and notice what is amiss.");
  table.add("pool.monitor.interval_min", config.interval_min, "min", Limits::between(0.1, 1440.0),
            "Time between looks.");
  table.add("pool.monitor.tau_min", config.tau_min, "min", Limits::between(1.0, 1e5),
            "Time constant of the decaying estimate and of the posterior's memory.");
  table.add("pool.monitor.prior_shares", config.prior_shares, "shares",
            {.min = 0.0, .max = 1e6, .min_open = true},
            "Weight of the posterior's prior, a hash rate of one share per minute at the first "
            "difficulty.");
  table.add("pool.monitor.learn_hours", config.learn_hours, "h",
            {.min = 0.0, .max = 8760.0, .min_open = true},
            "Time until a miner's reference is fixed, at the start and after every notice.");
  table.add("pool.monitor.false_alarms_per_year", config.false_alarms_per_year, "1/a",
            {.min = 0.0, .max = 1e4, .min_open = true},
            "Bound on the false alarms of each test of each miner, if its reference is right.");
  table.add("pool.monitor.drop", config.drop, "", part, "drop: part of the hash rate that goes.");
  table.add("pool.monitor.slow_loss", config.slow_loss, "", part, "slow_loss: the same, smaller.");
  table.add("pool.monitor.rise", config.rise, "", Limits::between(0.01, 100.0),
            "rise: part of the hash rate that comes in addition.");
  table.add("pool.monitor.stale_factor", config.stale_factor, "",
            {.min = 1.0, .max = 1e4, .min_open = true},
            "latency: factor by which the stale part of shares grows.");
  table.add("pool.monitor.withheld", config.withheld, "", part,
            "withholding: part of the blocks that is kept back.");
  add_options(table, config.temperature);
}

const char* name_of(NoticeKind kind) {
  constexpr std::array kNames = {"offline", "drop", "slow_loss", "rise", "latency", "withholding"};
  static_assert(kNames.size() == kNoticeKinds);
  return kNames[index(kind)];
}

bool is_loss(NoticeKind kind) {
  return kind == NoticeKind::kOffline || kind == NoticeKind::kDrop || kind == NoticeKind::kSlowLoss;
}

Monitor::Monitor(const MonitorConfig& config, std::size_t miners)
    : config_(config),
      threshold_(std::log(kMinutesPerYear / config.interval_min / config.false_alarms_per_year)),
      traffic_(threshold_, Time::hours(config.learn_hours)) {
  if (!config.enabled) return;
  const double tau_s = 60.0 * config.tau_min;
  const Miner miner{{}, DecayingRate(tau_s), GammaRate(1.0, config.prior_shares, tau_s)};
  miners_.assign(miners, miner);
}

void Monitor::count_block(std::uint32_t miner) {
  if (config_.enabled) ++miners_[miner].blocks;
}

std::vector<Notice> Monitor::look(Time now, const SeenByPool& pool) {
  std::vector<Notice> notices;
  traffic_.look(now, pool.shares.received());
  const ShareCounts& counts = pool.shares.counts();
  for (std::uint32_t i = 0; i < miners_.size(); ++i) {
    Miner& miner = miners_[i];
    const auto shares = static_cast<double>(counts.accepted[i]);
    const auto stale = static_cast<double>(counts.stale[i]);
    // A miner that is told by its hash rate how hard its shares are has no difficulty without one.
    const double job = pool.shares.difficulty(i);
    const double mean = miner.seen_shares > 0.0 ? miner.seen_work / miner.seen_shares : 1.0;
    const SeenShares seen{shares - miner.seen_shares, pool.work[i] - miner.seen_work,
                          job > 0.0 ? job : mean, (now - last_look_).in_seconds()};
    if (miner.seen_work == 0.0) {
      miner.posterior =
          GammaRate(seen.difficulty / 60.0, config_.prior_shares, 60.0 * config_.tau_min);
    }
    miner.windowed.add(seen);
    miner.decaying.add(seen);
    miner.posterior.add(seen);
    if (learns(i)) {
      learn(miner, seen, stale - miner.seen_stale);
    } else {
      test(miner, seen, stale - miner.seen_stale, pool.network_difficulty);
      for (std::size_t kind = 0; kind < kNoticeKinds; ++kind) {
        if (miner.tests[kind].value() < threshold_) continue;
        const double reference = miner.learned_work / miner.learned_s * kHashesPerWork;
        notices.push_back(
            {now, i, static_cast<NoticeKind>(kind), reference, windowed_hashes_per_s(i)});
        ++miner.notices;
        ++by_kind_[kind];
        forget(miner);
        break;
      }
    }
    miner.seen_shares = shares;
    miner.seen_work = pool.work[i];
    miner.seen_stale = stale;
    miner.blocks = 0.0;
  }
  last_look_ = now;
  return notices;
}

bool Monitor::learns(std::uint32_t miner) const {
  return miners_[miner].learned_s < 3600.0 * config_.learn_hours ||
         miners_[miner].learned_shares < kLeastLearnedShares;
}

/// What a miner is like while it mines: silence that what was learned so far rules out is left out,
/// and that after a notice, before its first share.
void Monitor::learn(Miner& miner, const SeenShares& seen, double stale) {
  if (seen.shares == 0.0) {
    if (miner.learned_shares == 0.0) return;
    if (seen.expected(miner.learned_work / miner.learned_s) > threshold_) return;
  }
  miner.learned_s += seen.seconds;
  miner.learned_work += seen.work;
  miner.learned_shares += seen.shares;
  miner.learned_stale += stale;
}

void Monitor::test(Miner& miner, const SeenShares& seen, double stale, double network_difficulty) {
  const auto count = [&](NoticeKind kind, double factor) {
    const double error = kSigmas / std::sqrt(miner.learned_shares);
    const double reference =
        miner.learned_work / miner.learned_s * (factor < 1.0 ? 1.0 - error : 1.0 + error);
    const double expected = seen.expected(reference);
    miner.tests[index(kind)].add_count(seen.shares, expected, factor);
  };
  count(NoticeKind::kOffline, 0.0);
  count(NoticeKind::kDrop, 1.0 - config_.drop);
  count(NoticeKind::kSlowLoss, 1.0 - config_.slow_loss);
  count(NoticeKind::kRise, 1.0 + config_.rise);
  const double learned_stale =
      miner.learned_stale + kSigmas * std::sqrt(miner.learned_stale) + kUnseen;
  const double before = std::min(kMostStale / config_.stale_factor,
                                 learned_stale / (miner.learned_shares + learned_stale));
  miner.tests[index(NoticeKind::kLatency)].add_trials(stale, seen.shares + stale, before,
                                                      config_.stale_factor * before);
  miner.tests[index(NoticeKind::kWithholding)].add_count(
      miner.blocks, seen.work / network_difficulty, 1.0 - config_.withheld);
}

void Monitor::forget(Miner& miner) {
  miner.learned_s = miner.learned_work = miner.learned_shares = miner.learned_stale = 0.0;
  for (Cusum& test : miner.tests) test.reset();
}

double Monitor::windowed_hashes_per_s(std::uint32_t miner) const {
  return miners_[miner].windowed.work_per_s() * kHashesPerWork;
}

double Monitor::decaying_hashes_per_s(std::uint32_t miner) const {
  return miners_[miner].decaying.work_per_s() * kHashesPerWork;
}

double Monitor::posterior_hashes_per_s(std::uint32_t miner) const {
  return miners_[miner].posterior.work_per_s() * kHashesPerWork;
}

}  // namespace aicmp
